/** The style of the page: light and dark by the system's choice, from 320 px on, and for print. */
export const style = `
:root{color-scheme:light dark;--page:light-dark(#faf9f7,#141519);--card:light-dark(#fff,#1c1e24);--sunk:light-dark(#f3f1ed,#23262d);--ink:light-dark(#1d1f24,#e8e6e1);--soft:light-dark(#5d6068,#a3a6ae);--line:light-dark(#e2dfd8,#33363f);--edge:light-dark(#85878e,#7c8089);--link:light-dark(#3b4cb8,#a5b1ff);--good:light-dark(#17704a,#5fce99);--bad:light-dark(#b3261e,#ff9187);--warn:light-dark(#8a5300,#f0b85c);--good-bg:light-dark(#e4f3ea,#17382a);--bad-bg:light-dark(#fbe9e7,#43211f);--warn-bg:light-dark(#fbf0dc,#3d2f16);--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
*{box-sizing:border-box;min-width:0}
[hidden]{display:none!important}
html{scroll-padding-top:5rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem) 4rem;max-width:76rem;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure,fieldset{margin:0;padding:0;border:0}
ul,ol{list-style:none}
h1{font-size:clamp(2rem,6vw,3.1rem);line-height:1.1;letter-spacing:-.025em;font-weight:650}
h2{font-size:1.45rem;line-height:1.25;letter-spacing:-.012em;font-weight:650}
h3{font-size:.8rem;color:var(--soft);font-weight:600}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
h1:focus{outline:0}
#view h1{font-size:1.45rem;line-height:1.25;letter-spacing:-.012em}
#view h2{font-size:1rem;letter-spacing:0}
code,pre,.id{font-family:var(--mono);font-size:.875em}
.soft{color:var(--soft);font-size:.875rem}
.good{color:var(--good)}.bad{color:var(--bad)}
.unseen{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.text{white-space:pre-wrap;margin:0;tab-size:2}
pre.text{background:var(--sunk);border-radius:8px;padding:.75rem .9rem}
.tag,.chip{display:inline-block;border-radius:99px;padding:.05rem .55rem;font-size:.78rem;line-height:1.5;background:var(--sunk);color:var(--soft);max-width:100%}
.tag{font-weight:600}
.tag.bad,.tag.regressed,.tag.regression,.tag.suite_failed,.tag.threshold,.failure .tag{background:var(--bad-bg);color:var(--bad)}
.tag.improved,.tag.improvement{background:var(--good-bg);color:var(--good)}
.tag.judge,.tag.asks{background:var(--warn-bg);color:var(--warn)}
.names{display:flex;flex-wrap:wrap;gap:.3rem}
.alert{background:var(--bad-bg);color:var(--bad);border-radius:10px;padding:.75rem 1rem;margin:.75rem 0}
.alert pre{color:var(--ink)}
.empty{padding:3rem 1rem;text-align:center;color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem;width:100%}
th,td{text-align:left;padding:.55rem .8rem .55rem 0;border-bottom:1px solid var(--line);white-space:nowrap;overflow-wrap:normal}
thead th{color:var(--soft);font-weight:600}
summary{cursor:pointer;min-height:2.5rem;display:flex;align-items:center;gap:.5rem;border-radius:6px}
summary::-webkit-details-marker{display:none}
.fold>summary::before,.trial>summary::before,.span .label::before{content:"";flex:none;display:inline-block;width:.42rem;height:.42rem;border:solid var(--soft);border-width:0 1.5px 1.5px 0;rotate:-45deg;margin:0 .2rem 0 .1rem;transition:rotate .15s}
[open]>summary::before,[open]>summary>.label::before{rotate:45deg}
.fold>summary{color:var(--soft);font-size:.9rem}
li>.fold>summary{color:inherit}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:.75rem 1.25rem;font-size:.9rem}
dt{color:var(--soft);font-size:.8rem}
.head{padding:clamp(2rem,6vw,3.75rem) 0 1.5rem}
.head h1::before{content:"";display:inline-block;width:.5em;height:.5em;border-radius:50%;background:currentColor;margin-inline-end:.32em;vertical-align:.1em}
.head .soft,.head dt{color:var(--soft)}
.head .lead{font-size:1.15rem;margin:.5rem 0 1.5rem}
.head .lead,.head dd{color:var(--ink)}
.head .facts{border-top:1px solid var(--line);padding-top:1rem}
.findings{margin-bottom:1rem}
.findings li{padding:.7rem 0;border-bottom:1px solid var(--line);font-size:.94rem}
.findings a{display:inline-block;padding:.6rem 0;margin:-.6rem 0;font-weight:600}
.suites{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1rem;margin:1.5rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.1rem 1.25rem;display:flex;flex-direction:column;gap:.8rem}
.card h2{font-size:1.1rem}
.card h2 a{color:inherit;text-decoration:none;display:inline-block;padding:.6rem 0;margin:-.6rem 0}
.card h2 a:hover{text-decoration:underline}
.card .facts{grid-template-columns:repeat(auto-fill,minmax(5.4rem,1fr));border-top:1px solid var(--line);padding-top:.8rem;margin-top:auto}
.rate b{font-size:2rem;line-height:1;font-weight:650;letter-spacing:-.02em}
.change{font-size:.875rem;display:block;margin-top:.3rem}
.bar{display:block;width:100%;height:8px}
.bar .track{fill:var(--line)}.bar .mean{fill:var(--link)}.bar.below .mean{fill:var(--bad)}.bar .interval{fill:var(--ink);opacity:.55}.bar .threshold{fill:var(--ink)}
.trend svg{display:block;width:100%;height:auto;overflow:visible}
.trend polyline{fill:none;stroke:var(--link);stroke-width:1.75;stroke-linejoin:round}
.trend circle{fill:var(--link)}.trend .grid{stroke:var(--line);stroke-width:1;fill:none}
.trend figcaption{color:var(--soft);font-size:.8rem;margin-top:.3rem}
.scorers li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.1rem 1rem;padding:.3rem 0;font-size:.9rem}
.scorers .figure{white-space:normal;text-align:end;margin-inline-start:auto}
.scorers .bar{flex:0 0 100%;height:4px}
#cases{padding-top:1.5rem}
#filter{display:block;position:sticky;top:0;z-index:1;background:var(--page);padding:.75rem 0;border-bottom:1px solid var(--line)}
#filter fieldset{display:flex;gap:.4rem;overflow-x:auto;padding:3px;margin:0 -3px .5rem}
.pill{flex:none;position:relative;cursor:pointer}
.pill input{position:absolute;inset:0;opacity:0;margin:0;width:100%;height:100%;cursor:pointer}
.pill span{display:flex;align-items:center;gap:.4rem;min-height:2.5rem;padding:0 .95rem;border:1px solid var(--line);border-radius:99px;font-size:.9rem;background:var(--card)}
.pill b{font-weight:400;color:var(--soft)}
.pill :checked+span{background:var(--ink);border-color:var(--ink);color:var(--page)}
.pill :checked+span b{color:inherit}
.pill :focus-visible+span{outline:2px solid var(--link);outline-offset:2px}
.choices{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.5rem}
.choices [type=search]{grid-column:span 2}
input[type=search],select,button{font:inherit;font-size:1rem;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:9px;min-height:2.6rem;padding:0 .75rem;width:100%}
button{width:auto;cursor:pointer}
#filter p{display:flex;align-items:center;gap:.75rem;min-height:2.75rem;margin-bottom:-.75rem}
#clear{border:0;background:none;color:var(--link);text-decoration:underline}
#list>li{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 4.3rem}
.row{display:grid;grid-template-columns:2.6rem 1fr auto;gap:.25rem .75rem;align-items:start;padding:.75rem .25rem;color:inherit;text-decoration:none}
.row .chip{max-width:14rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.row:hover{background:var(--sunk)}
.row:focus-visible{outline-offset:-2px}
.row .names{justify-content:flex-end;max-width:18rem}
.row .id{font-weight:600}
.snippet{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;color:var(--soft);font-size:.9rem}
.mark{display:inline-grid;justify-self:start;place-content:center;min-width:1.55rem;height:1.55rem;padding:0 .35rem;border-radius:99px;font:600 .8rem/1 system-ui,sans-serif;background:var(--sunk);color:var(--soft);letter-spacing:0}
.mark.good{background:var(--good-bg);color:var(--good)}.mark.bad{background:var(--bad-bg);color:var(--bad)}
#case nav{position:sticky;top:0;z-index:1;background:var(--page);display:flex;align-items:center;gap:.25rem 1rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
#case nav a{min-height:2.5rem;display:inline-flex;align-items:center}
#case nav a:not([href]){color:var(--soft)}
#position{margin-inline-start:auto}
#view{display:grid;gap:1.5rem;padding-top:1.5rem}
#view header{display:grid;gap:.3rem}
#view header h1{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
#view header .chip{padding:.35rem 1rem;min-height:2.5rem;display:inline-flex;align-items:center;color:var(--ink);text-decoration:none}
#view section{display:grid;gap:.6rem;margin:0 0 1.4rem}
#view>section,#view .columns>section{margin:0}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.25rem}
.columns>section,#view>section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1rem 1.2rem;align-content:start}
#view>section>h2,#view .columns h2{color:var(--soft);font-size:.85rem;font-weight:600}
.field{display:grid;gap:.25rem;margin-bottom:.5rem}
.trial{border:1px solid var(--line);border-radius:14px;padding:.25rem 1.2rem;background:var(--card)}
.trial+.trial{margin-top:-.75rem}
.difference>div{display:grid;grid-template-columns:8rem 1fr;gap:.25rem 1rem;padding:.45rem 0;border-bottom:1px solid var(--line)}
.difference>div:last-child{border:0}
.difference dd{white-space:pre-wrap}
ins{background:var(--good-bg);color:var(--good);text-decoration-thickness:1px;text-underline-offset:.15em}
del{background:var(--bad-bg);color:var(--bad)}
.messages{display:grid;gap:.6rem}
.message{border-inline-start:3px solid var(--line);padding:.1rem 0 .1rem .9rem}
.message.human{border-color:var(--link)}.message.ai{border-color:var(--good)}.message.tool{border-color:var(--warn)}
.role{display:block;font-size:.8rem;font-weight:600;color:var(--soft)}
.scores li{display:grid;grid-template-columns:auto 1fr auto;gap:.2rem .7rem;align-items:center;padding:.5rem 0;border-bottom:1px solid var(--line)}
.scores .text{grid-column:2/-1;color:var(--soft);font-size:.92rem}
.scores .text.bad{color:var(--bad)}
.figure{white-space:nowrap}
.path .chip:not(:last-child)::after{content:" →";color:var(--soft)}
.path .chip{color:var(--ink)}
.took{margin-bottom:1rem}
#view>.took{margin:0}
.texts{display:grid;gap:.2rem}
.texts li+li{border-top:1px solid var(--line);padding-top:.2rem}
.plain summary code{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.plain .figure{margin-inline-start:auto}
.plain>li{border-bottom:1px solid var(--line)}
.plain .fold{padding-bottom:.1rem}
.plain .fold[open]{padding-bottom:.9rem}
.axis{display:flex;justify-content:space-between;margin-inline:34% 6.5rem;padding-bottom:.2rem}
.span>summary{display:grid;grid-template-columns:calc(34% - 1rem) 1fr 5.5rem;gap:1rem;border-bottom:1px solid var(--line);border-radius:0;font-size:.875rem}
.span .figure{text-align:end;line-height:1.25;padding:.2rem 0}
.span .label{display:flex;align-items:baseline;gap:.4rem}
.span .label::before{align-self:center}
.span .kind{color:var(--soft);font-size:.75rem}
.span .time{width:100%;height:.6rem;background:var(--sunk);border-radius:3px;fill:var(--edge)}
.span.model .time{fill:var(--link)}.span.tool .time{fill:var(--warn)}.span.retriever .time{fill:var(--good)}.span.bad .time{fill:var(--bad)}
.span .inside{display:grid;gap:.75rem;padding:.9rem 0 1.2rem 1.2rem}
.depth-1{padding-inline-start:1rem}.depth-2{padding-inline-start:2rem}.depth-3{padding-inline-start:3rem}.depth-4{padding-inline-start:4rem}.depth-5{padding-inline-start:5rem}
@media(max-width:40rem){.row{grid-template-columns:2.2rem 1fr}.row .names{grid-column:2;justify-content:flex-start}#filter{position:static}.span>summary{grid-template-columns:1fr auto;gap:0 .75rem;padding:.4rem 0}.span .time{grid-row:2;grid-column:1/-1}.axis{margin-inline:0}.difference>div{grid-template-columns:1fr}.depth-1{padding-inline-start:.6rem}.depth-2{padding-inline-start:1.2rem}.depth-3,.depth-4,.depth-5{padding-inline-start:1.8rem}.scores .figure{white-space:normal}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:root{color-scheme:light}#filter,#case nav,.copy{display:none}body{padding:0;max-width:none}.card,.trial,#list>li{break-inside:avoid}#list>li{content-visibility:visible}}
`;
