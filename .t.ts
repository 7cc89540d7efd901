import { writeFileSync } from 'node:fs';
import { readTable } from './src/benchmarks/read-table.js';
import { nasbench201 } from './src/spaces/nasbench201.js';
import { forEachArchitecture } from './src/spaces/enumerate.js';
const rows: string[] = [];
forEachArchitecture(nasbench201, (codes) => { rows.push([nasbench201.format(nasbench201.architecture(codes)), ...Array.from({ length: 10 }, ()=>60+30*Math.random())].join(',')); });
writeFileSync('/tmp/rd-scratch/a.csv', `arch_str,${Array.from({ length: 10 }, (_, i) => `acc${i}`).join(',')}\n${rows.join('\n')}\n`);
for (const f of process.argv.slice(2)) for(let i=0;i<4;i++) { const c=process.cpuUsage(); const table=await readTable(f,nasbench201); const d=process.cpuUsage(c); console.log(f,table.size,((d.user+d.system)/1e6).toFixed(3)+' cpu s'); }
