"""Which parts is the sandbox made of?"""

from asyncio import Event, Task
from dataclasses import dataclass, field

from sandbox.bell import Bell
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.floods import Floods
from sandbox.network_terms import Terms
from sandbox.parameters import Description
from sandbox.world import World


@dataclass(frozen=True)
class Parts:
    """Everything that the doors (Bot API, people, admin, networks) share.

    `pollers` holds the running long poll of each bot, `answered` rings when a query was answered,
    `late` keeps work that a fault put off, `network` holds the terms of the practice network,
    `webhook_bell` rings when a webhook was set or removed, `webhook_errors` holds the last failure per bot.
    """

    world: World
    files: Files
    faults: Faults
    floods: Floods
    description: Description
    clock: Clock
    pollers: dict[int, Event] = field(default_factory=dict)
    answered: Bell = field(default_factory=Bell)
    late: set[Task[None]] = field(default_factory=set)
    network: Terms = field(default_factory=Terms)
    webhook_bell: Bell = field(default_factory=Bell)
    webhook_errors: dict[int, dict[str, object]] = field(default_factory=dict)
