"""Orders a key change where the device's source can, and looks whether the device has done it."""

from bot.conductor import Task
from bot.keychange import CannotBeOrdered, LookForNewKey, NewestKnown, OrderKeyChange, OrderTaken
from bot.ports.sources import KeyChanger


class KeyChanges:
    def __init__(self, changer: KeyChanger) -> None:
        self._changer = changer

    async def order(self, task: Task) -> OrderTaken | CannotBeOrdered:
        if not isinstance(task.effect, OrderKeyChange):
            raise TypeError
        return OrderTaken() if await self._changer.order(task.effect.device_id, task.id) else CannotBeOrdered()

    async def look(self, task: Task) -> NewestKnown:
        if not isinstance(task.effect, LookForNewKey):
            raise TypeError
        return NewestKnown(await self._changer.newest(task.effect.device_id))
