import { tensor, nn, meshgrid } from '@kindling/core';
const F=nn.functional;
const x=tensor([0,1,2],{dtype:'uint8'}), f=tensor([0,1,2]);
for (const name of Object.keys(F)) {
  for (const args of [[],[0]]) {
  let a,b; try { b=F[name](f,...args); } catch { continue; }
  try { a=F[name](x,...args); } catch(e) { a={tolist:()=>e.name+': '+e.message.slice(0,80)}; }
  let s1,s2; try{ s1=JSON.stringify(a.tolist()); s2=JSON.stringify(b.tolist()); } catch{continue}
  if (s1!==s2) console.log(name,args,s1,s2);
  break; }
}
