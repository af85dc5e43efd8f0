/** The style of the first page. It is a constant, so that the content security policy can name its hash. */
export const HOME_STYLE = `:root{color-scheme:light dark;--text:#111827;--muted:#64748b;--line:#e2e8f0;--paper:#fff;--ground:#f1f5f9;--accent:#2563eb;--good:#15803d;--bad:#b91c1c;--fair:#a16207}
@media (prefers-color-scheme:dark){:root{--text:#f1f5f9;--muted:#94a3b8;--line:#293548;--paper:#0f172a;--ground:#020617;--accent:#60a5fa;--good:#4ade80;--bad:#f87171;--fair:#facc15}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:880px;margin:32px auto;padding:24px 28px 32px;background:var(--paper);border:1px solid var(--line);border-radius:12px}
h1{margin:0;font-size:24px}
h2{margin:32px 0 8px;font-size:17px}
p{margin:6px 0;max-width:70ch;overflow-wrap:anywhere}
a{color:var(--accent)}
pre{margin:8px 0;padding:12px 14px;background:var(--ground);border:1px solid var(--line);border-radius:8px;overflow-x:auto;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
form{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:8px 0}
input{flex:1 1 240px;min-width:0;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:7px;padding:7px 10px}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:7px;padding:7px 14px;cursor:pointer}
button:hover{background:var(--ground)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.muted,figcaption,small{color:var(--muted);font-size:13px}
ul{list-style:none;margin:8px 0;padding:0}
li{padding:6px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
li b{display:inline-block;min-width:84px;font-weight:600}
.ok b{color:var(--good)}.failed b{color:var(--bad)}.warning b{color:var(--fair)}
.insights{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,360px),1fr));gap:16px;margin-top:12px}
figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:10px 12px;min-width:0}
figure img{display:block;width:100%;height:auto;min-height:120px}
[hidden]{display:none}
@media (max-width:620px){main{margin:0;border:0;border-radius:0;min-height:100vh;padding:18px 16px}body{background:var(--paper)}}`
