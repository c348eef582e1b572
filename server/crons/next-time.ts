import { Cron } from "croner";

/** When a cron is to run. */
export interface Schedule {
  /** Minute, hour, day of the month, month and day of the week, as crontab has them. */
  schedule: string;
  /** As `Europe/Rome`; UTC where it is missing. */
  timezone: string | null;
  /** From when on it runs no more, in ISO 8601. */
  end_time: string | null;
}

/**
 * The first time after `from` that a schedule names, in ISO 8601, or null when none is left. A local time that the clock
 * leaves out in spring is run as soon as it has moved on, one that it has twice in autumn is run once. Throws what is wrong with it.
 */
export function nextTime({ schedule, timezone, end_time }: Schedule, from: Date): string | null {
  // Croner alone would take a date too.
  if (schedule.trim().split(/\s+/).length !== 5) throw new TypeError("it is not five fields, as in 0 9 * * 1-5");
  const next = new Cron(schedule, { timezone: timezone ?? "UTC", mode: "5-part", paused: true }).nextRun(from);
  if (!next || (end_time !== null && next.getTime() > Date.parse(end_time))) return null;
  return next.toISOString();
}
