/** The report: one page with its data inside. */
import { mount } from 'svelte';
import type { RunReport } from '../../src/report/run-report.js';
import '../style.css';
import Report from './Report.svelte';

/** What the page may hold: one run, or several to be compared. */
type Document = RunReport | { readonly format: 'lissnas-comparison/1'; readonly reports: readonly RunReport[] };

const data = document.getElementById('report-data')!.textContent!;
const read = JSON.parse(data) as Document;
mount(Report, {
  target: document.getElementById('app')!,
  props: { reports: 'reports' in read ? read.reports : [read] },
});
