import { build } from 'esbuild';
const r = await build({ stdin:{contents:process.argv.slice(2).map(m=>`import '${m}';`).join('\n'), resolveDir: process.cwd()}, bundle:true, platform:'node', format:'esm', metafile:true, write:false, treeShaking:false, splitting:true, outdir:'/tmp/k/o', external:['koffi'], logLevel:'silent'});
// static closure
const ins=r.metafile.inputs; const seen=new Set(); const visit=(k)=>{ if(seen.has(k)||!ins[k])return; seen.add(k); for(const i of ins[k].imports) if(i.kind==='import-statement') visit(i.path)};
visit('<stdin>');
const by={}; let total=0;
for(const k of seen){const g=k.replace(/.*node_modules\//,'').replace(/^\.\.\/packages\//,'packages/'); const p=g.startsWith('packages')?g.split('/').slice(0,2).join('/'):g.split('/')[0]; (by[p]??=[0,0]); by[p][0]+=ins[k].bytes; by[p][1]++; total+=ins[k].bytes;}
console.log(total, seen.size, by);
console.log([...seen].map(k=>[ins[k].bytes,k]).sort((a,b)=>b[0]-a[0]).slice(0,25).map(x=>x.join(' ')).join('\n'));
