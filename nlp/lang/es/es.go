// Package es describes Spanish.
package es

import (
	"github.com/blevesearch/snowballstem/spanish"

	"veche/nlp/lang"
)

// Language is Spanish, with the Snowball stemmer.
var Language = lang.New("es", lang.Latin, "ñ¿¡áéíóúü", spanish.Stem, 0, function, courtesy)

const function = `
a al algo alguna algunas alguno algunos algún ante antes aquel aquella aquellas aquellos aquí así aun aunque aún bajo bastante
bien cada casi como con contra cosas creo cual cuales cualquier cuando cuanto de debe deben debería deberían del desde donde
dos durante e el ella ellas ello ellos en entre era eran es esa esas ese eso esos esta estaba estado estamos estar estas este
esto estos está están etc fue fueron ha haber había hace hacen hacer hacia han hasta hay he incluso ir la las le les lo los
luego mas me mejor menos mi mientras mis misma mismas mismo mismos mucha muchas mucho muchos muy más nada ni ninguna ninguno
ningún no nos nosotros nuestra nuestras nuestro nuestros nunca o os otra otras otro otros para parece pero poco poder podría
podrían por porque pueda puedan puede pueden pues que queremos quien quienes qué se sea sean según ser si sido siempre sin
sino sobre solo son su sus sólo sí tal también tan tanto te tener tenemos tenga tengan tiene tienen toda todas todavía todo
todos tras tu tus u un una unas uno unos usted vez y ya yo él`

const courtesy = `hola gracias favor buenos días buenas tardes solicito solicitamos propongo propuesta pido pedimos quisiera ruego necesario`
