import { html, type Markup } from './markup.ts';

/** One line of a chart: a figure with its interval. */
export interface ChartRow {
  label: string;
  estimate: number;
  low: number;
  high: number;
}

export interface ChartScale {
  /** Fixed ends; absent: from 0 to what is needed. */
  max?: number;
  write(value: number): string;
}

const WIDTH = 900;
const LABEL_WIDTH = 310;
const VALUE_WIDTH = 200;
const ROW_HEIGHT = 26;
const AXIS_HEIGHT = 24;

const tickStep = (max: number): number => {
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
};

/** Points with whiskers on one scale that begins at 0, so that small differences look small. */
export function intervalChart(title: string, rows: readonly ChartRow[], { max: fixed, write }: ChartScale): Markup {
  const needed = Math.max(...rows.flatMap(({ estimate, high }) => [estimate, Number.isFinite(high) ? high : 0]), 0);
  const max = fixed ?? (needed > 0 ? needed * 1.05 : 1);
  const plot = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const x = (value: number): number => LABEL_WIDTH + (Math.min(Math.max(value, 0), max) / max) * plot;
  const height = rows.length * ROW_HEIGHT + AXIS_HEIGHT;
  const step = tickStep(max);
  const ticks = Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, index) => index * step);
  const grid = ticks.map(
    (tick) =>
      html`<line class="grid" x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="0" y2="${height - AXIS_HEIGHT}"/><text class="tick" x="${x(tick).toFixed(1)}" y="${height - 6}" text-anchor="middle">${write(tick)}</text>`,
  );
  const marks = rows.map(({ label, estimate, low, high }, index) => {
    const y = index * ROW_HEIGHT + ROW_HEIGHT / 2;
    return html`<text class="label" x="0" y="${y + 4}">${shorten(label)}</text><line class="whisker" x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${y}" y2="${y}"/><circle class="point" cx="${x(estimate).toFixed(1)}" cy="${y}" r="4.5"/><text class="value" x="${WIDTH}" y="${y + 4}" text-anchor="end">${write(estimate)} [${write(low)},\u00a0${write(high)}]</text>`;
  });
  return html`<div class="chart"><svg role="img" aria-label="${title}; the same figures are in the table below" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${grid}${marks}</svg></div>`;
}

const shorten = (label: string): string => (label.length > 46 ? `${label.slice(0, 45)}…` : label);

export interface StackedRow {
  label: string;
  /** In the order of the classes; widths are shares of the row's sum. */
  counts: readonly number[];
}

/** Bars of equal length, cut into shares. Classes are told apart by pattern of colour and by their legend's order. */
export function stackedChart(title: string, classes: readonly string[], rows: readonly StackedRow[]): Markup {
  const plot = WIDTH - LABEL_WIDTH;
  const height = rows.length * ROW_HEIGHT;
  const bars = rows.map(({ label, counts }, index) => {
    const sum = Math.max(
      1,
      counts.reduce((total, count) => total + count, 0),
    );
    const y = index * ROW_HEIGHT + 4;
    let left = LABEL_WIDTH;
    const pieces = counts.map((count, place) => {
      const width = (count / sum) * plot;
      const piece =
        count === 0
          ? null
          : html`<rect class="end-${classes[place] ?? ''}" x="${left.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 8}"><title>${classes[place] ?? ''}: ${count}</title></rect>`;
      left += width;
      return piece;
    });
    return html`<text class="label" x="0" y="${y + 13}">${shorten(label)}</text>${pieces}`;
  });
  const legend = classes.map(
    (name) => html`<li><span class="swatch end-${name}"></span>${name.replaceAll('_', ' ')}</li>`,
  );
  return html`<div class="chart"><svg role="img" aria-label="${title}; the same figures are in the table below" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${bars}</svg></div><ul class="legend">${legend}</ul>`;
}
