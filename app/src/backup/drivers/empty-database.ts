/**
 * Removes what the database holds, in the transaction of a restore; what belongs to extensions stays. Gives up when
 * somebody holds a table for longer than half a minute.
 */
export const emptyDatabase = `
set local lock_timeout = '30s';
set local client_min_messages = warning;
do $$
declare each record;
begin
  for each in
    select nspname as name from pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
  loop
    execute format('drop schema %I cascade', each.name);
  end loop;
  for each in
    select c.relname as name, case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
      when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end as what
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    -- What tables own goes with them.
    order by c.relkind = 'S'
  loop
    if to_regclass(format('public.%I', each.name)) is not null then
      execute format('drop %s public.%I cascade', each.what, each.name);
    end if;
  end loop;
  for each in
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop
    execute format('drop routine if exists %s cascade', each.name);
  end loop;
  for each in
    select t.typname as name from pg_type t
    where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd')
      and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')
  loop
    execute format('drop type if exists public.%I cascade', each.name);
  end loop;
end $$;
`;
