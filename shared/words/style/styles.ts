/**
 * The styles that people sort clothes by, and the words that tell them: general knowledge of fashion, written down by
 * hand and not fitted on any data. No brands. An app adds to it or translates it as it does the garments.
 */
export interface Style {
  readonly id: string
  /** what a sentence calls a piece of it */
  readonly label: string
  /** styles that are often mixed with it */
  readonly near: readonly string[]
  /** styles that are at odds with it: of another season, or of the other end of dress codes */
  readonly far: readonly string[]
  /** words that say it */
  readonly core: readonly string[]
  /** words that lean to it, and perhaps to others too */
  readonly leaning: readonly string[]
}

export const STYLES: readonly Style[] = [
  {
    id: 'sport',
    label: 'sporty',
    near: ['street', 'casual', 'men'],
    far: ['glam', 'office'],
    core: words(`
      active, activewear, athletic, basketball, compression, cycling, dri fit, fleece, football, golf,
      gym, hiking, jogger, jogging, performance, racerback, rugby, running, soccer, sport, sports bra,
      sporty, sweatpants, swim, tech, tennis, track, tracksuit, trail, training, workout, yoga
    `),
    leaning: words(`
      backpack, baseball, bomber, bra, cap, color block, digital, drawstring, duffel, duffle, elastic,
      headband, hooded, hoodie, legging, mesh, neoprene, nylon, perforated, quick dry, racer, rubber,
      seamed, shorts, silicone, slide, sneaker, sole, stretchy, sweat, sweatshirt, tank, trainer,
      water bottle, waterproof, windbreaker, zip
    `),
  },
  {
    id: 'street',
    label: 'street style',
    near: ['sport', 'rock', 'casual', 'cute', 'men'],
    far: [],
    core: words(`
      baggy, bomber, camo, camouflage, cool, graffiti, hip hop, hipster, hype, longline, skate,
      skateboard, slogan, snapback, street, streetwear, swag, unisex, urban, varsity
    `),
    leaning: words(`
      backpack, bandana, baseball, beanie, boyfriend, bucket, bumbag, cap, cargo, chain, choker,
      chunky, crew neck, crop, cropped, denim, denim jacket, destroyed, distressed, fanny pack,
      graphic, high top, hooded, hoodie, hoop, jogger, khaki, letter, logo, mesh, monochrome, number,
      olive, oversized, patch, platform, pop art, ripped, sneaker, star, sunglasses, sweat,
      sweatshirt, t shirt, trainer, utility
    `),
  },
  {
    id: 'rock',
    label: 'rock',
    near: ['street'],
    far: [],
    core: words(`
      band tee, biker, chain, combat, crucifix, edgy, eyelet, fishnet, goth, gothic,
      grommet, grunge, hardware, harness, heavy metal, leather jacket, leather pants, military, moto,
      motorcycle, punk, pyramid, rivet, rock, safety, safety pin, skull, slashed, spike, stud,
      studded, waxed
    `),
    leaning: words(`
      acid wash, animal, animal print, ankle boots, bat, belt, black, bleached, bomber, boot, bootie,
      buckle, chelsea, choker, chunky, coated, cross, cuff, cult, cutout, dark, destroyed, distressed,
      faux leather, fringe, gunmetal, lace up, leather, leopard, metal, multi strap, noir, onyx,
      patch, platform, pu, python, quilted, ripped, skinny, snake, tattoo, zip
    `),
  },
  {
    id: 'boho',
    label: 'boho',
    near: ['casual', 'vintage', 'beach'],
    far: [],
    core: words(`
      aztec, batik, bohemian, boho, cowboy, crochet, dreamcatcher, embroidered, embroidery, ethnic,
      feather, festival, flowy, folk, fringe, gauze, gladiator, gypsy, hippie, hobo, ikat, kaftan,
      macrame, moccasin, native, navajo, paisley, patchwork, peasant, poncho, tassel, tie dye, tribal,
      tunic, turquoise, western
    `),
    leaning: words(`
      agate, anklet, arrow, bangle, bead, bell sleeve, bird, braided, brown, bucket bag, cape, carved,
      choker, cold shoulder, coral, crossbody, dangle, denim, dip dye, drawstring, earth, fedora,
      flare, floral, geometric print, green, handmade, hat, kimono, layered, leaf, leather bracelet,
      maxi, moon, multi, multicolor, natural, off shoulder, off the shoulder, palazzo, pendant, pom,
      purple, quartz, rattan, resin, rope, saddle, shell, slouchy, stack, sterling, stone, strand,
      straw, suede, sun, tan, teal, thong, wedge, wide brim, wood, woven, wrap
    `),
  },
  {
    id: 'romantic',
    label: 'romantic',
    near: ['glam', 'preppy', 'vintage', 'cute'],
    far: [],
    core: words(`
      ballerina, ballet, blossom, blush, bow, bowknot, broderie, butterfly, chiffon, dainty, daisy,
      delicate, eyelet lace, feminine, floral, flower, frill, girly, heart, lace, locket, organza,
      pastel, pearl, petal, princess, ribbon, romantic, rose, rosette, ruffle, scalloped, sweetheart,
      tiered, tulle
    `),
    leaning: words(`
      a line, bridesmaid, bubble, cameo, charm, cherry, collar, cream, crystal, dress, dusty, flat,
      garden, georgette, gingham, girl, hair, lace up flats, lady, lavender, light, lilac, love, mary
      jane, midi, mini, mint, nude, off shoulder, pale, peach, pendant, peplum, peter pan, petite,
      pink, pleated, puff sleeve, purple, sheer, skater, skirt, soft, sterling, strapless, sundress,
      sweet, swing, white, wrap
    `),
  },
  {
    id: 'glam',
    label: 'glamorous',
    near: ['romantic', 'office', 'designer'],
    far: ['sport', 'casual'],
    core: words(`
      backless, ball, bandage, bodycon, bridal, chandelier, clutch, cocktail, crystal, diamante,
      dressy, embellished, evening, floor length, formal, gemstone, glam, glamour, glitter, gown,
      jewel, mermaid, minaudiere, night club, one shoulder, pageant, party, pave, prom, red carpet,
      rhinestone, sequin, shimmer, shiny, sparkle, stiletto, wedding, zirconia
    `),
    leaning: words(`
      animal, animal print, bangle, beaded, bib, black, box, bralet, bustier, cape, corset, cuff,
      cutout, dangle, diamond, dorsay, draped, dress, drop, earrings, embellishment, envelope, faux
      fur, feather, fur, gem, gold, golden, halter, heel, high heel, hoop, jumpsuit, lurex, luxe,
      maxi, metallic, mirrored, palazzo, peep toe, pencil, perspex, platform, plunge, pointed, pointy,
      pump, red, ring, ruched, sandal, satin, sexy, silk, silver, slingback, slit, statement,
      strapless, strappy, tulle, tuxedo, velvet
    `),
  },
  {
    id: 'office',
    label: 'classic',
    near: ['glam', 'preppy', 'minimal', 'men', 'designer'],
    far: ['sport'],
    core: words(`
      blazer, breasted, briefcase, business, chic, cigarette, classic, court, double breasted,
      elegant, kitten heel, lapel, office, pencil, pointed toe, polished, professional, refined,
      saffiano, sheath, single breasted, smart, sophisticated, structured, suit, tailored, timeless,
      trench, trouser, work, workwear
    `),
    leaning: words(`
      ankle, belt, blouse, brogue, button, camel, coat, collar, crepe, croc, culottes, dress,
      embossed, flap, formal, frame, grey, handbag, heel, knee, lady, leather, loafer, midi, navy,
      oxford, pant, pearl, peplum, petite, pinstripe, pleated, pointed, pointy, ponte, pump, pussy
      bow, satchel, scarf, shift, shirt, silk, skirt, slim, stainless, straight leg, stud, top handle,
      tortoise, tote, turtleneck, tuxedo, vest, watch, wide leg, wool, wrap
    `),
  },
  {
    id: 'preppy',
    label: 'preppy',
    near: ['romantic', 'office', 'casual', 'vintage', 'winter'],
    far: [],
    core: words(`
      anchor, argyle, boat shoe, breton, brogue, cable knit, chino, college, collegiate, gingham,
      houndstooth, knee sock, loafer, nautical, oxford, penny loafer, plaid, polo, preppy, sailor,
      school, schoolgirl, tartan, tweed, uniform
    `),
    leaning: words(`
      backpack, ballet, blazer, blue, bow, button, cable, cardigan, check, collar, cotton, crest, crew
      neck, duffle coat, flat, headband, jumper, knit, mary jane, monogram, navy, peter pan, pleated,
      satchel, shift, shirt, skirt, stripe, sweater, tassel, tie, varsity, vest, watch
    `),
  },
  {
    id: 'casual',
    label: 'casual',
    near: ['sport', 'street', 'boho', 'preppy', 'beach', 'winter', 'men'],
    far: ['glam'],
    core: words(`
      basic, boyfriend, casual, chambray, comfy, denim, everyday, flannel, henley, jean, jegging,
      relaxed, t shirt, weekend
    `),
    leaning: words(`
      ankle boots, backpack, beanie, blue, bootie, canvas, cardigan, cargo, chelsea, cotton, cropped,
      crossbody, cuffed, distressed, drawstring, flat, frayed, hobo, hoodie, jersey, khaki, long
      sleeve, loose, low rise, marl, messenger, mid rise, olive, parka, plaid, plain, pocket,
      pullover, rib, ribbed, ripped, rolled, scarf, scoop, shirt, shorts, skinny, slip on, slippers,
      slouchy, sneaker, soft, straight leg, stretch, sunglasses, sweater, tank, top, tote, trainer,
      utility, v neck, wallet, washed
    `),
  },
  {
    id: 'vintage',
    label: 'vintage',
    near: ['boho', 'romantic', 'preppy'],
    far: [],
    core: words(`
      50s, 60s, 70s, 80s, 90s, antique, cameo, cat eye, cateye, deco, edwardian, estate, full circle,
      heirloom, mod, peter pan, pin up, polka dot, retro, rockabilly, swing, t strap, victorian,
      vintage
    `),
    leaning: words(`
      a line, beaded, bow, brogue, brooch, camera, cardigan, cherry, classic, clubmaster, collar,
      daisy, enamel, fit and flare, flare, frame, gingham, high waist, kitten, leaf, locket, mary
      jane, midi, mustard, oxford, patina, pearl, red, round, saddle, satchel, scalloped, tortoise,
      tweed, velvet, wayfarer
    `),
  },
  {
    id: 'beach',
    label: 'beach',
    near: ['boho', 'casual'],
    far: ['winter'],
    core: words(`
      anklet, bandeau, beach, bikini, cover up, crop top, cut off, espadrille, flamingo, flip flop,
      hawaiian, holiday, jelly, ocean, palm, pineapple, playsuit, raffia, resort, romper, sarong,
      starfish, straw, summer, sundress, surf, swimsuit, swimwear, tropical, vacation, watermelon
    `),
    leaning: words(`
      anchor, aqua, aviator, blue, bright, cami, canvas, cold shoulder, coral, cotton, crochet, crop,
      cropped, fedora, floral, flowy, gladiator, halter, hat, kimono, linen, maxi, mirrored, multi,
      multicolor, nautical, neon, off shoulder, off the shoulder, ombre, orange, racerback, rainbow,
      sandal, sea, shell, shorts, sleeveless, slide, strapless, sun, sunglasses, swing, tank, thong,
      tote, tropical print, turquoise, wedge, white, yellow
    `),
  },
  {
    id: 'winter',
    label: 'wintry',
    near: ['preppy', 'casual'],
    far: ['beach'],
    core: words(`
      alpaca, autumn, beanie, cable knit, cashmere, coat, cold, cosy, cozy, down, duffle coat, fall,
      fleece, glove, infinity scarf, jumper, knee high, knit, knitted, merino, mitten, mohair,
      outerwear, over the knee, padded, parka, puffer, scarf, shearling, sheepskin, snow, sweater,
      thermal, thick, thicken, warm, winter, wool
    `),
    leaning: words(`
      boot, bootie, burgundy, camel, cape, cardigan, chelsea, chunky, corduroy, faux fur, flannel,
      fur, hat, hooded, jacket, knee, legging, lined, long sleeve, oversized, plaid, polo neck, pom,
      poncho, pullover, quilted, roll neck, suede, tights, trench, turtleneck, tweed, velvet, wine
    `),
  },
  {
    id: 'minimal',
    label: 'minimal',
    near: ['office', 'designer'],
    far: [],
    core: words(`
      architectural, asymmetric, asymmetry, boxy, clean, collarless, contemporary, culottes, minimal,
      minimalist, modern, mule, sculptural, sleek
    `),
    leaning: words(`
      acetate, bar, beige, black, block, circle, color block, colour block, crepe, cube, cuff, cutout,
      draped, fold, geometric, geometric print, grained, grey, hexagon, jumpsuit, midi, monochrome,
      neoprene, nude, oversized, panelled, perspex, plain, poplin, raw, resin, rib, ribbed, shopper,
      silk, simple, sleeveless, slide, slip, slit, solid, stainless, structured, tote, tunic,
      turtleneck, two tone, waterfall, white, wide leg, wool
    `),
  },
  {
    id: 'cute',
    label: 'playful',
    near: ['street', 'romantic', 'highstreet'],
    far: [],
    core: words(`
      alien, applique, banana, bear, bunny, candy, cartoon, cat, cloud, cupcake, cute, dinosaur,
      dog, donut, dungaree, elephant, emoji, fox, fun, funny, galaxy, harajuku,       ice cream, kawaii, kitty, lightning, lips, lipstick, monster, mustache, novelty,
      owl, panda, pineapple, pizza, planet, quirky, rabbit, smiley, space, tulip, ufo, unicorn,
      watermelon
    `),
    leaning: words(`
      arrow, bird, bow, bowknot, butterfly, camera, cherry, collar, crescent, daisy, enamel, eyes,
      fluffy, glasses, heart, letter, moon, music, note, pastel, peace, pom, puff, rainbow, skater,
      slippers, star, strawberry, suspender
    `),
  },
  {
    id: 'men',
    label: 'menswear',
    near: ['sport', 'street', 'office', 'casual'],
    far: [],
    core: words(`
      beard, boxer, boy, briefs, cufflink, dress shirt, gentleman, guy, male, man, men, mens, necktie
    `),
    leaning: words(`
      henley, stainless, tie, wallet, watch
    `),
  },
  {
    id: 'designer',
    label: 'luxurious',
    near: ['glam', 'office', 'minimal'],
    far: [],
    core: words(`
      14k, 18 karat, 18k, alligator, authentic, brocade, calf, calf hair, calf leather, calfskin,
      carat, caviar, couture, crocodile, ct, diamond, emerald, haute, intarsia, jacquard, karat,
      lambskin, limited edition, matelasse, mother of pearl, nappa, ostrich, platinum, pre owned,
      preowned, python, ruby, runway, sapphire
    `),
    leaning: words(`
      cashmere, croc, designer, embossed, fur, leather, leather trimmed, lurex, minaudiere, monogram,
      mule, organza, patent leather, quilted, satin, signature, silk, silk blend, silk chiffon,
      stretch jersey, suede, textured leather, twill, wool blend
    `),
  },
  {
    id: 'highstreet',
    label: 'high-street',
    near: ['cute'],
    far: [],
    core: words(`
      acrylic, alloy, artificial, bargain, cheap, faux, faux leather, gold plated, gold tone, hot
      sale, imitation, party dress, plastic, plated, polyester, pu, rhinestone, silver tone, spandex,
      synthetic, trendy
    `),
    leaning: words(`
      bodycon, bowknot, cute, fashion, fashionable, faux fur, hollow, open work, sexy, skinny,
      slimming, spliced, splicing, stitching, stylish
    `),
  },
]

/** Words and phrases in lower case with commas between: tables of one word a line would be long. */
function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim().replace(/\s+/g, ' '))
    .filter((word) => word !== '')
}
