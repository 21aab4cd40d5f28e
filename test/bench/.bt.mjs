import { WebSocket, WebSocketServer } from 'ws'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
const r = JSON.parse(readFileSync('/tmp/perf/replay.json','utf8'))
async function one(){
  const s = new WebSocketServer({port:0,host:'127.0.0.1'}); await once(s,'listening')
  s.on('connection',c=>{c.send(r.greeting); let k=0; c.on('message',()=>{for(const t of r.answers[k++%2]) c.send(t)})})
  const c = new WebSocket('ws://127.0.0.1:'+s.address().port); 
  await new Promise(res=>c.on('message',d=>{const t=d.toString(); if(t.includes('session.created')){c.send('a');c.send('b')} if(t.includes('"type":"response.done"'))res()}))
  c.close(); for(const x of s.clients) x.terminate(); s.close(); await new Promise(r=>setImmediate(()=>setImmediate(r)))
}
for(let i=0;i<100;i++) await one()
const c=process.cpuUsage(), w=performance.now(), N=500, L=[]
for(let i=0;i<N;i++){const t=performance.now(); await one(); L.push(performance.now()-t)}
const u=process.cpuUsage(c); console.log('bare cpu per test ms', ((u.user+u.system)/1000/N).toFixed(2),'wall',((performance.now()-w)/N).toFixed(2),'p50',L.sort((a,b)=>a-b)[N/2].toFixed(2))
