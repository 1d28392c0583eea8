"""The policy as shipped: a fresh sign-in in every set, and a human where something is wrong.

`deployment/policy.example.toml` is the same, written out and explained.
"""

from bot.domain.policy import Policy, Rule

DEFAULT = Policy(
    never_self_service=("administrators", "break-glass"),
    rules=(
        Rule("personal-computer", "The organisation holds no key of a personal computer.", devices=("personal",)),
        Rule("high-risk", "The account may be in other hands.", risks=("high",), agents=2),
        Rule("unlocked-often", "Somebody should look why this happens again and again.", unlocks_at_least=3),
        Rule(
            "new-owner",
            "A computer that changed hands may not have been meant to: the manager knows.",
            (("sign_in", "approval"),),
            owner_for_less_than_days=7,
        ),
        Rule(
            "medium-risk",
            "One proof more than usual.",
            (("sign_in", "authenticator"), ("sign_in", "approval")),
            risks=("medium",),
        ),
        Rule(
            "company-computer",
            "Nothing is unusual.",
            (("sign_in",),),
            devices=("corporate",),
            risks=("none", "low"),
        ),
    ),
)
