-- One actor's way through a funnel (contract/funnels.md 2, 3, 5, 6). Events come in time order, times in seconds. Bit s-1 of a
-- mask: the event is of step s; of an exclusion: it spoils attempts on their way to step s.
-- `reached` is the deepest step of the best attempt, bit s-1 of `done` says that it did step s, `times` are those of its steps
-- (optional ones aside). `spoiled`: an exclusion hit it; `spoiled_on`: and it went on to a next step.
-- No row: no event was of the first step.
create function funnel_walk(
  -- `p_present`: the bits of all masks; `p_exclusions`, `p_serves` and `p_buckets` are null where there are none
  p_times float8[], p_masks int4[], p_present int4, p_exclusions int4[], p_steps int4, p_window float8, p_strict boolean, p_optional int4,
  -- of the events that carry the value of the breakdown; others cannot be step `p_value_step`
  p_serves boolean[], p_value_step int4,
  -- of the interval that each event lies in: only events of `p_bucket` can be the first step
  p_buckets int4[], p_bucket int4
) returns table (reached int4, done int4, times float8[], spoiled boolean, spoiled_on boolean)
language plpgsql immutable parallel safe as $$
declare
  -- half a microsecond: times are exact to one
  w constant float8 := p_window + 5e-7;
  total constant int4 := cardinality(p_times);
  -- nobody gets past a step that has no event, unless it is optional; an exclusion on the way to it still counts
  steps int4 := p_steps;
  -- an event of the first step alone gives way at once to a next one like it
  gives_way constant boolean := not p_strict and p_exclusions is null;
  -- of the attempt that is at each step: when it started, whether it is spoiled, what it did, its times and events
  starts float8[];
  spoils boolean[];
  dones int4[];
  lengths int4[];
  paths float8[];
  ids int4[];
  best int4 := 0;
  best_start float8;
  best_spoiled boolean := false;
  best_on boolean := false;
  best_done int4 := 0;
  best_times float8[];
  last_entry float8;
  i int4 := case when p_buckets is null then 1 else array_position(p_buckets, p_bucket) end;
  j int4;
  k int4;
  s int4;
  p int4;
  n int4;
  m int4;
  t float8;
  events int4;
  is_clear boolean := true;
  mixed boolean;
  entered float8;
  after_spoiled boolean;
begin
  if p_optional = 0 and p_exclusions is null then
    steps := 0;
    while steps < p_steps and p_present & (1 << steps) <> 0 loop steps := steps + 1; end loop;
    if steps = 0 then return; end if;
  end if;
  if steps = 1 then
    while i <= total loop
      if p_masks[i] & 1 = 1 and (p_value_step is distinct from 1 or p_serves[i])
        and (p_buckets is null or p_buckets[i] = p_bucket) then
        reached := 1;
        done := 1;
        times := array[p_times[i]];
        spoiled := false;
        spoiled_on := false;
        return next;
        return;
      end if;
      i := i + 1;
    end loop;
    return;
  end if;
  starts := array_fill(null::float8, array[p_steps]);
  spoils := array_fill(false, array[p_steps]);
  dones := array_fill(0, array[p_steps]);
  lengths := array_fill(0, array[p_steps]);
  paths := array_fill(null::float8, array[p_steps * p_steps]);
  ids := array_fill(null::int4, array[p_steps * p_steps]);
  while i <= total loop
    m := p_masks[i];
    if m = 0 and is_clear and (i = total or p_times[i + 1] > p_times[i]) then
      i := i + 1;
      continue;
    end if;
    if gives_way and m = 1 and best > 0 and i < total and p_masks[i + 1] = 1
      and (p_value_step is distinct from 1 or p_serves[i + 1])
      and (p_buckets is null or p_buckets[i + 1] = p_bucket) then
      i := i + 1;
      continue;
    end if;
    t := p_times[i];
    exit when p_buckets is not null and p_buckets[i] > p_bucket and (last_entry is null or t > last_entry + w);
    j := i;
    mixed := false;
    while j < total and p_times[j + 1] = t loop
      j := j + 1;
      mixed := mixed or p_masks[j] <> p_masks[i] or (p_exclusions is not null and p_exclusions[j] <> p_exclusions[i]);
    end loop;
    events := j - i + 1;
    -- Events of one instant that differ are taken step by step, whatever their order, and exclude nothing; others one after
    -- the other, each from the last step to the first, so that it is of one step only.
    for q in 0 .. events * steps - 1 loop
      if mixed then
        s := q / events + 1;
        k := i + q % events;
      else
        s := steps - q % steps;
        k := i + q / steps;
        if s = steps and p_exclusions is not null and p_exclusions[k] <> 0 then
          for x in reverse p_steps .. 2 loop
            if p_exclusions[k] & (1 << (x - 1)) <> 0 and t - starts[x - 1] <= w
              and starts[x] is distinct from starts[x - 1] and not spoils[x - 1] then
              spoils[x - 1] := true;
              best_spoiled := best_spoiled or (best = x - 1 and t - best_start <= w);
            end if;
          end loop;
        end if;
      end if;
      if p_masks[k] & (1 << (s - 1)) <> 0 and (p_value_step is distinct from s or p_serves[k]) then
        p := s - 1;
        while p > 1 and p_optional & (1 << (p - 1)) <> 0 and (starts[p] is null or t - starts[p] > w) loop
          p := p - 1;
        end loop;
        if p = 0 then
          entered := case when p_buckets is null or p_buckets[k] = p_bucket then t end;
          after_spoiled := false;
          n := 0;
        else
          entered := starts[p];
          after_spoiled := spoils[p];
          n := lengths[p];
        end if;
        if t - entered <= w and starts[s] is distinct from entered
          and not (mixed and p > 0 and coalesce(k = any(ids[(p - 1) * p_steps + 1 : (p - 1) * p_steps + p]), false)) then
          if s > best or (s = best and best_spoiled) then
            best := s;
            best_start := entered;
            best_spoiled := after_spoiled;
            best_on := after_spoiled;
            best_done := coalesce(dones[p], 0) | (1 << (s - 1));
            best_times := case when p = 0 then '{}' else paths[(p - 1) * p_steps + 1 : (p - 1) * p_steps + n] end;
            if p_optional & (1 << (s - 1)) = 0 then best_times := best_times || t; end if;
          end if;
          if not after_spoiled then
            for x in 1 .. p loop
              ids[(s - 1) * p_steps + x] := ids[(p - 1) * p_steps + x];
            end loop;
            for x in 1 .. n loop
              paths[(s - 1) * p_steps + x] := paths[(p - 1) * p_steps + x];
            end loop;
            ids[(s - 1) * p_steps + s] := k;
            if p_optional & (1 << (s - 1)) = 0 then
              n := n + 1;
              paths[(s - 1) * p_steps + n] := t;
            end if;
            starts[s] := entered;
            is_clear := false;
            spoils[s] := false;
            lengths[s] := n;
            dones[s] := coalesce(dones[p], 0) | (1 << (s - 1));
            if s = 1 then last_entry := t; end if;
          end if;
        end if;
      end if;
      if p_strict and not mixed and s = 1 then
        is_clear := p_masks[k] = 0;
        for x in 1 .. steps loop
          if p_masks[k] & (1 << (x - 1)) = 0 then starts[x] := null; end if;
        end loop;
      end if;
    end loop;
    -- the first completion counts
    exit when starts[steps] is not null;
    i := j + 1;
  end loop;
  if best > 0 then
    reached := best;
    done := best_done;
    times := best_times;
    spoiled := best_spoiled;
    spoiled_on := best_on;
    return next;
  end if;
end
$$
--> statement-breakpoint
-- The same where steps may come in any order (contract/funnels.md 4): a queue for each step, an exclusion empties them.
-- With `p_buckets` a row for each interval of an event that was ever the oldest of the queues.
create function funnel_walk_unordered(
  p_times float8[], p_masks int4[], p_present int4, p_exclusions int4[], p_steps int4, p_window float8,
  -- of the events that carry the value of the breakdown: the first of a set must
  p_serves boolean[], p_buckets int4[]
) returns table (reached int4, times float8[], bucket int4)
language plpgsql immutable parallel safe as $$
declare
  w constant float8 := p_window + 5e-7;
  total constant int4 := cardinality(p_times);
  -- nobody does more steps than have events
  goal constant int4 := case when p_buckets is null and p_exclusions is null
    then bit_count(p_present::bit(32)) else p_steps end;
  head int4[] := array_fill(0, array[p_steps]);
  tail int4[] := array_fill(0, array[p_steps]);
  next int4[] := array_fill(0, array[total]);
  newest float8[] := array_fill('-infinity'::float8, array[p_steps]);
  best int4 := 0;
  best_heads int4[];
  per_bucket int4[] := '{}';
  covered int4;
  oldest int4;
  i int4;
  s int4;
  chosen int4;
begin
  for i in 1 .. total + 1 loop
    loop
      oldest := 0;
      covered := 0;
      for s in 1 .. p_steps loop
        if head[s] > 0 then
          covered := covered + 1;
          if oldest = 0 or p_times[head[s]] < p_times[head[oldest]] then oldest := s; end if;
        end if;
      end loop;
      exit when oldest = 0 or (i <= total and covered < goal and p_times[head[oldest]] + w >= p_times[i]);
      if p_serves is null or p_serves[head[oldest]] then
        if covered > best then
          best := covered;
          best_heads := head;
        end if;
        if p_buckets is not null then
          per_bucket[p_buckets[head[oldest]]] := greatest(per_bucket[p_buckets[head[oldest]]], covered);
        end if;
      end if;
      exit when best = goal and p_buckets is null;
      head[oldest] := next[head[oldest]];
    end loop;
    exit when i > total or (best = goal and p_buckets is null);
    if p_exclusions is not null and p_exclusions[i] <> 0 then
      head := array_fill(0, array[p_steps]);
    elsif p_masks[i] <> 0 then
      chosen := 0;
      for s in 1 .. p_steps loop
        if p_masks[i] & (1 << (s - 1)) <> 0 and (chosen = 0 or newest[s] < newest[chosen]) then chosen := s; end if;
      end loop;
      if head[chosen] = 0 then head[chosen] := i; else next[tail[chosen]] := i; end if;
      tail[chosen] := i;
      newest[chosen] := p_times[i];
    end if;
  end loop;
  if p_buckets is not null then
    return query select per_bucket[b], null::float8[], b from generate_subscripts(per_bucket, 1) b where per_bucket[b] is not null;
  elsif best > 0 then
    return query select best, (select array_agg(p_times[h] order by p_times[h]) from unnest(best_heads) h where h > 0), null::int4;
  end if;
end
$$
--> statement-breakpoint
-- True, or the end of the statement: walks over so many events in all take longer than anybody waits.
create function check_funnel_work(p_events float8) returns boolean language plpgsql immutable parallel safe as $$
begin
  if p_events > 1e7 then
    raise exception 'An actor has too many events for so many values or intervals.' using errcode = 'EH002';
  end if;
  return true;
end
$$
--> statement-breakpoint
-- The intervals in which an actor started: those of its events of the first step. An attempt touches `p_span` intervals at most.
create function funnel_entries(p_masks int4[], p_buckets int4[], p_span int4) returns table (bucket int4)
language sql immutable parallel safe as $$
  select distinct e.b from unnest(p_masks, p_buckets) as e(m, b)
   where e.m & 1 = 1 and (cardinality(p_masks)::float8 * p_span <= 1e7 or check_funnel_work(cardinality(p_masks)::float8 *
     least(p_span, (select count(distinct c.b) from unnest(p_masks, p_buckets) as c(m, b) where c.m & 1 = 1))))
$$
--> statement-breakpoint
-- Every key with its value as text; those that are null are not there.
create function json_texts(p_json jsonb) returns table (key text, value text) language sql immutable parallel safe as $$
  select e.key, e.value from jsonb_each_text(p_json) e where e.value is not null
$$
