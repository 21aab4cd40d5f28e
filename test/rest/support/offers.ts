// SDP offers: one as Chromium makes it for a microphone and a data channel, and pieces to make others of.

const identity = [
  'a=ice-ufrag:WuzU',
  'a=ice-pwd:xzHhNNnT+EXIwOcYacJnacry',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 67:17:3C:D9:43:7E:DC:72:E7:E4:DC:A0:A7:89:4D:8B:11:67:04:D8:55:36:14:88:8C:73:79:AA:90:44:D2:45',
  'a=setup:actpass',
]
const session = ['v=0', 'o=- 2649791209340692992 2 IN IP4 127.0.0.1', 's=-', 't=0 0']

export const audioSection = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  ...identity,
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendrecv',
  'a=msid:- ce2dfa02-2737-45a6-88ec-3e9a41032893',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:13 CN/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=ssrc:1449280711 cname:nCCBr4b54ys+O0y9',
]

export const channelSection = [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  ...identity,
  'a=mid:1',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
]

export const videoSection = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 0.0.0.0',
  ...identity,
  'a=mid:2',
  'a=sendrecv',
  'a=rtpmap:96 VP8/90000',
]

/** A whole offer of these sections, bundled by their mids. */
export function offerOf(...sections: readonly (readonly string[])[]): string {
  const mids = sections.map((lines) => lines.find((line) => line.startsWith('a=mid:'))?.slice('a=mid:'.length)).join(' ')
  return [...session, `a=group:BUNDLE ${mids}`, ...sections.flat(), ''].join('\r\n')
}

/** Microphone and data channel: what voice apps in a page offer. */
export const pageOffer = offerOf(audioSection, channelSection)
