// Node botbuilder's echo bot, anonymous, on Node's own HTTP server.
const http = require("http");
const { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication } = require("botbuilder");

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
adapter.onTurnError = async (_context, error) => {
  throw error; // an error must not answer 200
};

const bot = new ActivityHandler();
bot.onMessage(async (context, next) => {
  await context.sendActivity(`echo: ${context.activity.text}`);
  await next();
});

// The few methods of a restify response that the adapter calls.
function restified(response) {
  const facade = {
    socket: response.socket,
    status: (code) => ((response.statusCode = code), facade),
    header: (name, value) => (response.setHeader(name, value), facade),
    send: (body) => (body && response.write(typeof body === "string" ? body : JSON.stringify(body)), facade),
    end: () => {
      if (!response.headersSent) response.setHeader("Content-Length", 0);
      response.end();
      return facade;
    },
  };
  return facade;
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    request.body = JSON.parse(Buffer.concat(chunks).toString());
    adapter.process(request, restified(response), (context) => bot.run(context)).catch((error) => {
      console.error(error);
      response.statusCode = 500;
      response.end();
    });
  });
});
server.listen(Number(process.env.BENCH_PORT || 9200), "127.0.0.1");
