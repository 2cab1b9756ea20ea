"""How the facts that customers write themselves stand on the timeline."""

from guike.engine.activities import registry

registry.register(registry.Kind("customer.stage", "阶段变动", "arrow-narrow-right", "other", "customer"))
registry.register(registry.Kind("customer.transfer", "转负责人", "user-share", "other", "customer"))
