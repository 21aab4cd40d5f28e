import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'
const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }
const messages = [{ type: 'conversation.item.create', item }, { type: 'response.create', response:{output_modalities:['text']} }].map((message) => JSON.stringify(message))
const T={}; let t; const mark=(k)=>{const n=performance.now(); (T[k]??=[]).push(n-t); t=n}
async function one(){ t=performance.now(); const t0=t
  const realtime = createLocalRealtime({ latency: 'instant' }); mark('create')
  realtime.respond('greeting', { when: 'hello', text: 'Hello!' }); mark('respond')
  await realtime.run(async () => {
    const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { authorization: 'Bearer sk-bench' } }); mark('ws')
    await new Promise((resolve, reject) => { socket.on('error', reject); socket.on('open',()=>mark('open'))
      socket.on('message', (data) => { const text = data.toString()
        if (text.includes('"type":"session.created"')) {mark('created'); for (const message of messages) socket.send(message); mark('sent') }
        if (text.includes('"type":"response.done"')) resolve() }) }); mark('turn')
    socket.close() })
  await realtime.close(); mark('close'); (T.all??=[]).push(performance.now()-t0)
}
for(let i=0;i<100;i++) await one(); for(const k in T) T[k].length=0
const c=process.cpuUsage(), w=performance.now(); const N=+(process.env.N??500)
for(let i=0;i<N;i++) await one()
const u=process.cpuUsage(c); console.log('cpu per test ms', ((u.user+u.system)/1000/N).toFixed(2),'wall',((performance.now()-w)/N).toFixed(2))
const q=(a,p)=>[...a].sort((x,y)=>x-y)[Math.floor(a.length*p)].toFixed(2)
for(const k in T) console.log(k.padEnd(10),'p10',q(T[k],.1),'p50',q(T[k],.5),'p95',q(T[k],.95))
