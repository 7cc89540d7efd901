/** The report: one page with its data inside. */
import { mount } from 'svelte';
import type { Comparison, RunReport } from '../../src/report/run-report.js';
import '../style.css';
import Report from './Report.svelte';

const data = document.getElementById('report-data')!.textContent!;
const read = JSON.parse(data) as RunReport | Comparison;
mount(Report, {
  target: document.getElementById('app')!,
  props: { reports: 'reports' in read ? read.reports : [read] },
});
