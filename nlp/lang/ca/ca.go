// Package ca describes Catalan, which has no stemmer here.
package ca

import "veche/nlp/lang"

// Language is Catalan; words are cut to their first six letters.
var Language = lang.New("ca", lang.Latin, "çŀàèéíïòóúü·", nil, 6, function, courtesy)

const function = `
a al algun alguna algunes alguns als altra altre altres amb aquell aquella aquelles aquells aquest aquesta aquestes aquests
així això bé cada cal cap com contra d'un d'una dalt de del dels des després dins dos durant e el ella elles ells els em en
encara ens entre era eren es està estan estat et etc fa fan fer fins ha haver hauria havia hem hi ho i infra l'altre la les
li llavors lloc lo els ma mateix mateixa mateixos mes meu meva molt molta moltes molts més mentre menys n'hi na ni no nos
nosaltres nostra nostre nostres o on os pel pels per perquè però poc podem poden poder podria potser pot qual quals quan que
quelcom qui quin quina quins què s'ha s'han sa se segons sempre sense ser ses seu seus seva seves si sigui siguin sobre solament
sols som son són sota sou també tan tant te tenen tenir teu teva tot tota totes tots un una unes uns us va vaig van vos
vosaltres vostra vostre és`

const courtesy = `hola gràcies sisplau bon dia bona tarda proposo proposta proposem demano demanem voldria caldria proposa`
