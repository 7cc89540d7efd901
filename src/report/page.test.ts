import { describe, expect, it } from 'vitest';
import { packColumn } from './columns.js';
import { reportPage } from './page.js';
import { REPORT_FORMAT, type RunReport } from './run-report.js';

const template =
  '<!doctype html><html><head><script type="module">const a = 1 < 2;</script></head><body><div id="app"></div>' +
  '<script type="application/json" id="report-data"></script></body></html>';

function reportNamed(name: string): RunReport {
  return {
    ...{
      format: REPORT_FORMAT,
      version: '0',
      name,
      kind: 'shrink',
      state: 'stopped',
      story: name,
      facts: [],
      config: name,
    },
    space: {
      name,
      size: '1',
      dimensions: [{ name, choices: [name], ordered: false }],
      hash: '',
      source: { kind: 'program' },
    },
    evaluations: {
      count: 0,
      ...{ codes: packColumn('uint8', []), accuracy: packColumn('float64', []), round: packColumn('int32', []) },
      ...{ costs: {}, failures: [] },
    },
    figures: {},
  };
}

/** What a browser would take for the content of the element: all until the first end tag. */
function dataIn(page: string): string {
  const start = page.indexOf('id="report-data">') + 'id="report-data">'.length;
  return page.slice(start, page.toLowerCase().indexOf('</script', start));
}

describe('reportPage', () => {
  it.each([
    '</script><script>alert(1)</script>',
    '</SCRIPT >',
    '<!-- <script>',
    ']]>',
    'line\u2028separator\u2029',
    '$& $1 $` \\u003c \\',
    '"quoted" \u0000 😀',
  ])('holds %j as data and nothing else', (hostile) => {
    const report = reportNamed(hostile);
    const page = reportPage(template, report);
    expect(JSON.parse(dataIn(page))).toEqual(report);
    expect(dataIn(page)).not.toMatch(/[<>\u2028\u2029]/);
    expect(page.replace(dataIn(page), '')).toBe(template);
  });

  it('holds several reports', () => {
    const comparison = { format: 'lissnas-comparison/1', reports: [reportNamed('a'), reportNamed('b')] } as const;
    expect(JSON.parse(dataIn(reportPage(template, comparison)))).toEqual(comparison);
  });

  it('refuses a page with no place for the data, or with two', () => {
    expect(() => reportPage('<html></html>', reportNamed('a'))).toThrow(/has 0 places for the data/);
    expect(() => reportPage(template + template, reportNamed('a'))).toThrow(/has 2 places/);
  });
});
