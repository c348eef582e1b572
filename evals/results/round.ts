/** A figure as reports show it, to three decimals. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;
