"""The optimizers of src/engine/update-rule.ts, over many parameters at once; steps of AdamW are counted per parameter."""

import torch


def update(rule, values, gradients, moments, decays):
    """
    Changes values and moments in place. values and gradients are lists of tensors; moments(name) gives the list of tensors of that name, zeros at
    first; decays tells of each whether weight decay is for it.
    """
    if rule["kind"] == "sgd":
        sgd(rule, values, gradients, moments, decays)
    else:
        adamw(rule, values, gradients, moments, decays)


def sgd(rule, values, gradients, moments, decays):
    decay, momentum = rule.get("weightDecay", 0), rule.get("momentum", 0)
    if decay != 0:
        gradients = [g.add(w, alpha=decay) if own else g for g, w, own in zip(gradients, values, decays)]
    velocity = moments("momentum")
    torch._foreach_mul_(velocity, momentum)
    torch._foreach_add_(velocity, gradients)
    step = torch._foreach_add(gradients, velocity, alpha=momentum) if rule.get("nesterov", False) else velocity
    torch._foreach_add_(values, step, alpha=-rule["learningRate"])


def adamw(rule, values, gradients, moments, decays):
    rate, decay = rule["learningRate"], rule.get("weightDecay", 0)
    beta1, beta2 = rule.get("beta1", 0.9), rule.get("beta2", 0.999)
    decaying = [w for w, own in zip(values, decays) if own]
    if decay != 0 and decaying:
        torch._foreach_mul_(decaying, 1 - rate * decay)
    first, second, steps = moments("first"), moments("second"), moments("steps")
    counts = []
    for count in steps:
        count += 1
        counts.append(int(count))  # kept on the CPU
    torch._foreach_mul_(first, beta1)
    torch._foreach_add_(first, gradients, alpha=1 - beta1)
    torch._foreach_mul_(second, beta2)
    torch._foreach_addcmul_(second, gradients, gradients, value=1 - beta2)
    below = torch._foreach_sqrt(second)
    torch._foreach_div_(below, [(1 - beta2**t) ** 0.5 for t in counts])
    torch._foreach_add_(below, rule.get("epsilon", 1e-8))
    torch._foreach_addcdiv_(values, first, below, [-rate / (1 - beta1**t) for t in counts])
