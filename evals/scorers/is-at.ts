/**
 * Whether something stands at a place: its id, its source or the end of the source's path (`a.md`), or lines of it that overlap
 * (`a.md:10-20`).
 */
export function isAt(
  { id, source, line_start, line_end }: { id?: string; source?: string; line_start?: number; line_end?: number },
  place: string,
): boolean {
  const isFrom = (name: string) => source === name || (source?.endsWith(`/${name}`) ?? false);
  if (id === place || isFrom(place)) return true;
  const [, name, from, to = from] = /^(.+):(\d+)(?:-(\d+))?$/.exec(place) ?? [];
  if (name === undefined || line_start === undefined || line_end === undefined || !isFrom(name)) return false;
  return Number(from) <= line_end && Number(to) >= line_start;
}
