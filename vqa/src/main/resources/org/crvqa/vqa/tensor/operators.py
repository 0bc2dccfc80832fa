class Operators(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def copy_all(self: __torch__.Operators, targets: List[Tensor], sources: List[Tensor], queued: bool) -> int:
    for i in range(torch.len(targets)):
      torch.copy_(targets[i], sources[i], queued)
    return 0
  def room(self: __torch__.Operators, size: int, type: int, pinned: bool) -> Tensor:
    return torch.empty([size], dtype=type, layout=None, device=torch.device("cpu"), pin_memory=pinned, memory_format=None)
  def piece(self: __torch__.Operators, block: Tensor, first: int, size: int, shape: List[int]) -> Tensor:
    return torch.view(torch.narrow(block, 0, first, size), shape)
  def measures(self: __torch__.Operators, loss: Tensor, norm: Tensor) -> Tensor:
    return torch.stack([loss, norm])
  def global_norm(self: __torch__.Operators, gradients: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
  def adam(self: __torch__.Operators, values: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], step: Tensor, norm: Tensor, loss: Tensor, number: float, clip: float, rate: float, beta1: float, beta2: float, epsilon: float, decay: float, decoupled: bool, factor: float) -> int:
    torch.fill_(step, number)
    steps = annotate(List[Tensor], [])
    for i in range(torch.len(values)):
      _0 = torch.append(steps, step)
    broken = torch.logical_not(torch.logical_and(torch.isfinite(norm), torch.isfinite(loss)))
    found = torch.to(broken, 6)
    scale = torch.ones_like(norm)
    if torch.gt(clip, 0.):
      scale = torch.clamp(torch.div(torch.add(norm, 9.9999999999999995e-07), clip), 1.)
    else:
      pass
    if decoupled:
      torch._fused_adamw_(values, gradients, means, squares, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=scale, found_inf=found)
    else:
      torch._fused_adam_(values, gradients, means, squares, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=scale, found_inf=found)
    if torch.ne(factor, 1.):
      kept = torch.where(broken, 1., factor)
      torch._foreach_mul_(values, torch.to(kept, 6))
    else:
      pass
    return 0
  def multiply(self: __torch__.Operators, values: List[Tensor], factors: List[Tensor]) -> int:
    torch._foreach_mul_(values, factors)
    return 0
  def zero_at_limits(self: __torch__.Operators, gradients: List[Tensor], values: List[Tensor]) -> int:
    for i in range(torch.len(values)):
      torch.masked_fill_(gradients[i], torch.ge(torch.abs(values[i]), 1.), 0.)
    return 0
  def clamp(self: __torch__.Operators, values: List[Tensor]) -> int:
    for i in range(torch.len(values)):
      torch.clamp_(values[i], -1., 1.)
    return 0
  def above(self: __torch__.Operators, values: Tensor, cut: Tensor, after: Tensor) -> Tensor:
    kept = torch.gt(values, cut)
    if torch.gt(torch.numel(after), 0):
      kept0 = torch.where(after, torch.ge(values, cut), kept)
    else:
      kept0 = kept
    return kept0
  def keep_above(self: __torch__.Operators, targets: List[Tensor], sources: List[Tensor], values: List[Tensor], cuts: List[Tensor], after: List[Tensor], zeros: Tensor) -> int:
    for i in range(torch.len(targets)):
      if torch.gt(torch.numel(after[i]), 0):
        kept = (self).above(values[i], cuts[i], after[i], )
        _0 = (self).keep_one(targets[i], sources[i], kept, zeros, )
      else:
        _1 = (self).keep_one_above(targets[i], sources[i], values[i], cuts[i], zeros, )
    return 0
  def keep_one_above(self: __torch__.Operators, target: Tensor, source: Tensor, values: Tensor, cut: Tensor, zeros: Tensor) -> int:
    n = torch.numel(target)
    chunk = torch.numel(zeros)
    zero = torch.select(zeros, 0, 0)
    if torch.eq(chunk, 1):
      torch.where(torch.gt(values, cut), source, zero, out=target)
    else:
      t = torch.view(target, [n])
      s = torch.view(source, [n])
      v = torch.view(values, [n])
      for i in range(torch.floordiv(torch.sub(torch.add(n, chunk), 1), chunk)):
        first = torch.mul(i, chunk)
        count = ops.prim.min(chunk, torch.sub(n, first))
        kept = torch.gt_(torch.clone(torch.narrow(v, 0, first, count)), cut)
        torch.addcmul(zero, torch.narrow(s, 0, first, count), kept, out=torch.narrow(t, 0, first, count))
    return 0
  def keep_one(self: __torch__.Operators, target: Tensor, source: Tensor, kept: Tensor, zeros: Tensor) -> int:
    n = torch.numel(target)
    chunk = torch.numel(zeros)
    if torch.eq(chunk, 1):
      torch.where(kept, source, torch.select(zeros, 0, 0), out=target)
    else:
      t = torch.view(target, [n])
      s = torch.view(source, [n])
      k = torch.view(kept, [n])
      for i in range(torch.floordiv(torch.sub(torch.add(n, chunk), 1), chunk)):
        first = torch.mul(i, chunk)
        count = ops.prim.min(chunk, torch.sub(n, first))
        kept0 = torch.to(torch.narrow(k, 0, first, count), 6)
        torch.addcmul(torch.select(zeros, 0, 0), torch.narrow(s, 0, first, count), kept0, out=torch.narrow(t, 0, first, count))
    return 0
  def set_above(self: __torch__.Operators, kept: List[Tensor], values: List[Tensor], cuts: List[Tensor], after: List[Tensor]) -> int:
    for i in range(torch.len(kept)):
      torch.copy_(kept[i], (self).above(values[i], cuts[i], after[i], ))
    return 0
  def keep(self: __torch__.Operators, targets: List[Tensor], sources: List[Tensor], kept: List[Tensor], zeros: Tensor) -> int:
    for i in range(torch.len(targets)):
      _0 = (self).keep_one(targets[i], sources[i], kept[i], zeros, )
    return 0
  def cut_by_sorting(self: __torch__.Operators, values: Tensor, zeros: int, cut: Tensor, last: Tensor, after: Tensor) -> int:
    if torch.eq(zeros, 0):
      torch.fill_(cut, float("-inf"))
      torch.fill_(last, -1)
    else:
      sorted, places = torch.sort(torch.add(torch.flatten(values), 0.), stable=True, dim=0, descending=False)
      n = torch.numel(values)
      greatest = torch.select(sorted, 0, torch.sub(zeros, 1))
      torch.copy_(cut, greatest)
      if torch.lt(zeros, n):
        divided = torch.eq(torch.select(sorted, 0, zeros), greatest)
        torch.copy_(last, torch.where(divided, torch.select(places, 0, torch.sub(zeros, 1)), 2147483647))
      else:
        torch.fill_(last, 2147483647)
    places0 = torch.arange(torch.numel(values), dtype=4, layout=None, device=ops.prim.device(values), pin_memory=False)
    torch.copy_(torch.view(after, [-1]), torch.gt(places0, last))
    return 0
  def places_after(self: __torch__.Operators, after: Tensor, last: int) -> int:
    flat = torch.view(after, [-1])
    n = torch.numel(after)
    first = torch.add(last, 1)
    torch.fill_(torch.narrow(flat, 0, 0, first), 0)
    torch.fill_(torch.narrow(flat, 0, first, torch.sub(n, first)), 1)
    return 0
  def keep_greatest_of_groups(self: __torch__.Operators, kept: Tensor, values: Tensor, zeros: int, of: int) -> int:
    sorted, places = torch.sort(torch.add(torch.view(values, [-1, of]), 0.), stable=True, dim=1, descending=False)
    flat = torch.view(kept, [-1, of])
    torch.fill_(flat, 1)
    torch.scatter_(flat, 1, torch.narrow(places, 1, 0, zeros), 0)
    return 0
  def mix(self: __torch__.Operators, value: Tensor) -> Tensor:
    a = torch.add(value, -7046029254386353131)
    b = torch.mul(torch.bitwise_xor(a, torch.bitwise_and(torch.bitwise_right_shift(a, 30), 17179869183)), -4658895280553007687)
    c = torch.mul(torch.bitwise_xor(b, torch.bitwise_and(torch.bitwise_right_shift(b, 27), 137438953471)), -7723592293110705685)
    return torch.bitwise_xor(c, torch.bitwise_and(torch.bitwise_right_shift(c, 31), 8589934591))
  def draw(self: __torch__.Operators, kept: Tensor, values: Tensor, start: int, chunk: int) -> int:
    flat = torch.view(values, [-1])
    target = torch.view(kept, [-1])
    n = torch.numel(values)
    for i in range(torch.floordiv(torch.sub(torch.add(n, chunk), 1), chunk)):
      first = torch.mul(i, chunk)
      count = ops.prim.min(chunk, torch.sub(n, first))
      places = torch.arange(first, torch.add(first, count), dtype=4, layout=None, device=ops.prim.device(values), pin_memory=False)
      bits = (self).mix(torch.add(torch.mul(places, -7046029254386353131), start), )
      high = torch.bitwise_and(torch.bitwise_right_shift(bits, 11), 9007199254740991)
      uniform = torch.mul(torch.to(high, 7), 1.1102230246251565e-16)
      chance = torch.sigmoid(torch.to(torch.narrow(flat, 0, first, count), 7))
      torch.copy_(torch.narrow(target, 0, first, count), torch.lt(uniform, chance))
    return 0
  def best(self: __torch__.Operators, answers: Tensor, logits: Tensor, first: int, rows: int) -> int:
    some = torch.narrow(logits, 0, 0, rows)
    torch.copy_(torch.narrow(answers, 0, first, rows), torch.argmax(some, 1))
    broken = torch.sum(torch.to(torch.any(torch.isnan(some), 1), 4))
    torch.add_(torch.narrow(answers, 0, torch.sub(torch.numel(answers), 1), 1), broken)
    return 0
  def top(self: __torch__.Operators, answers: Tensor, chances: Tensor, logits: Tensor, first: int, rows: int, kept: int, together: bool) -> int:
    some = torch.narrow(logits, 0, 0, rows)
    values = torch.nan_to_num(some)
    if together:
      each = torch.softmax(values, 1)
    else:
      each = torch.sigmoid(values)
    rest = torch.clone(values)
    begin = torch.mul(first, kept)
    size = torch.mul(rows, kept)
    found = torch.view(torch.narrow(answers, 0, begin, size), [rows, kept])
    likely = torch.view(torch.narrow(chances, 0, begin, size), [rows, kept])
    for i in range(kept):
      place = torch.argmax(rest, 1, True)
      torch.copy_(torch.narrow(found, 1, i, 1), place)
      torch.copy_(torch.narrow(likely, 1, i, 1), torch.gather(each, 1, place))
      torch.scatter_(rest, 1, place, float("-inf"))
    broken = torch.sum(torch.to(torch.any(torch.isnan(some), 1), 4))
    torch.add_(torch.narrow(answers, 0, torch.sub(torch.numel(answers), 1), 1), broken)
    return 0
  def rows(self: __torch__.Operators, target: Tensor, table: Tensor, places: Tensor) -> int:
    torch.copy_(target, torch.index_select(table, 0, places))
    return 0
  def scatter_rows(self: __torch__.Operators, target: Tensor, places: Tensor, values: Tensor) -> int:
    torch.scatter_add_(torch.zero_(target), 1, places, values)
    return 0
  def linear_bfloat16(self: __torch__.Operators, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.to(torch.linear(torch.to(x, 15), torch.to(weight, 15), torch.to(bias, 15)), 6)
