// Package de describes German.
package de

import (
	"github.com/blevesearch/snowballstem/german"

	"veche/nlp/lang"
)

// Language is German, with the Snowball stemmer.
var Language = lang.New("de", lang.Latin, "äöüß", german.Stem, 0, function, courtesy)

const function = `
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim bin bis
bist da dadurch daher damit dann das dass daß dein deine dem den denn der des dessen deshalb die dies diese diesem diesen
dieser dieses doch dort du durch ein eine einem einen einer eines einige einigen er es etwas euch euer für gegen gibt hab habe
haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder
jedes jetzt kann kein keine keinem keinen keiner können könnte könnten man mehr mein meine mich mir mit muss müssen nach nicht
nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so sollte sollten soll sollen sondern
sonst über um und uns unser unsere unter viel viele vielen vom von vor war waren warum was weg weil weiter welche wenn wer
werde werden wie wieder will wir wird wo wurde wurden zu zum zur zwar zwischen`

const courtesy = `bitte danke hallo guten tag sehr geehrte geehrter herren damen vorschlag schlage vorschlagen wünsche wünschen`
