-- Sets of ids: & | icount uniq over sorted int4[].
create extension if not exists intarray
