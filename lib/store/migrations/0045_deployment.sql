-- where the worker is reached, for the cron of a deployment that has no PUBLIC_URL: one row at most
create table deployment (
  id boolean primary key default true check (id),
  public_url text not null
);
