// The emoji that are picked from, by group, each with the words it is found by.

/** @type {Record<string, string>} group: `emoji words|emoji words…` */
export const EMOJI = {
  people:
    "😀 grinning|😃 smile happy|😄 smile happy and smiling eyes|😁 grinning with smiling eyes" +
    "|😆 smile happy and tightly closed eyes|😅 smile happy and cold sweat|😂 tears of joy" +
    "|🤣 rolling on the floor laughing|😊 smiling with smiling eyes|😇 smiling with halo" +
    "|🙂 slightly smiling|🙃 upside down|😉 winking|😌 relieved|😍 smiling with heart shaped eyes" +
    "|🥰 smiling with smiling eyes and three hearts|😘 face throwing a kiss|😗 kissing" +
    "|😋 face savouring delicious food|😛 stuck out tongue|😜 stuck out tongue and winking eye" +
    "|🤪 grinning with one large and one small eye|😎 smiling with sunglasses|🤓 nerd|🧐 monocle" +
    "|🥳 party horn and party hat|😏 smirking|😒 unamused|😞 disappointed|😔 pensive|😟 worried" +
    "|😕 confused|🙁 slightly frowning|😣 persevering|😖 confounded|😫 tired|😩 weary" +
    "|🥺 pleading eyes|😢 crying|😭 loudly crying|😤 look of triumph|😠 angry|😡 pouting" +
    "|🤬 serious withs covering mouth|🤯 shocked with exploding head|😳 flushed|🥵 overheated" +
    "|🥶 freezing|😱 face screaming in fear|😨 fearful|😰 open mouth and cold sweat" +
    "|😥 disappointed but relieved|😓 cold sweat|🤗 hugging|🤔 thinking" +
    "|🤭 smiling with smiling eyes and hand covering mouth|🤫 finger covering closed lips" +
    "|😶 face without mouth|😐 neutral|😑 expressionless|😬 grimacing|🙄 rolling eyes|😯 hushed" +
    "|😦 frowning with open mouth|😧 anguished|😮 open mouth|😲 astonished|🥱 yawning|😴 sleeping" +
    "|🤤 drooling|😪 sleepy|😵 dizzy|🤐 zipper mouth|🥴 uneven eyes and wavy mouth|🤢 nauseated" +
    "|🤮 open mouth vomiting|🤧 sneezing|😷 medical mask|🤒 thermometer|🤕 head bandage" +
    "|🤑 money mouth|🤠 cowboy hat|😈 smiling with horns|👻 ghost|💀 skull|👽 extraterrestrial alien" +
    "|🤖 robot|🎃 jack o lantern|😺 smiling cat with open mouth|😸 grinning cat with smiling eyes" +
    "|😹 cat tears of joy lol|😻 smiling cat with heart shaped eyes|😼 cat with wry smile" +
    "|😽 kissing cat with closed eyes|🙀 weary cat|😿 crying cat|😾 pouting cat",
  hands:
    "👍 thumbs up yes like|👎 thumbs down no|👌 ok hand|✌️ victory hand" +
    "|🤞 hand with index and middle fingers crossed|🤟 i love you hand|🤘 sign of the horns" +
    "|🤙 call me hand|👈 white left pointing backhand index" +
    "|👉 white right pointing backhand index|👆 white up pointing backhand index" +
    "|👇 white down pointing backhand index|☝️ white up pointing index|✋ raised hand" +
    "|🤚 raised back of hand|🖐️ raised hand with fingers splayed" +
    "|🖖 raised hand with part between middle and ring fingers|👋 waving hand|🤏 pinching hand" +
    "|💪 flexed biceps|🙏 pray please thanks|👏 clapping bravo" +
    "|🙌 person raising both hands in celebration|👐 open hands|🤲 palms up together|🤝 handshake" +
    "|✍️ writing hand|👀 eyes|👁️ eye|👂 ear|👃 nose|🧠 brain|👤 bust in silhouette" +
    "|👥 busts in silhouette|🙋 happy person raising one hand|🙆 ok gesture|🙅 no good gesture" +
    "|🤷 shrug|🤦 face palm|🙇 person bowing deeply|💁 information desk person|🚶 pedestrian" +
    "|🏃 runner|💃 dancer|🕺 man dancing|👨 man|👩 woman|👧 girl|👦 boy|👶 baby|👵 older woman" +
    "|👴 older man|👮 police officer|👷 construction worker|💂 guardsman|🕵️ sleuth or spy",
  nature:
    "🐶 dog|🐱 cat|🐭 mouse|🐹 hamster|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐨 koala|🐯 tiger|🦁 lion|🐮 cow" +
    "|🐷 pig|🐸 frog|🐵 monkey|🙈 see no evil monkey|🙉 hear no evil monkey|🙊 speak no evil monkey" +
    "|🐔 chicken|🐧 penguin|🐦 bird|🦆 duck|🦉 owl|🐺 wolf|🐴 horse|🦄 unicorn|🐝 honeybee|🦋 butterfly" +
    "|🐌 snail|🐞 lady beetle|🐢 turtle|🐍 snake|🐙 octopus|🐠 tropical fish|🐬 dolphin" +
    "|🐳 spouting whale|🌵 cactus|🎄 christmas tree|🌲 evergreen tree|🌴 palm tree|🌱 seedling" +
    "|🌿 herb|🍀 four leaf clover|🍁 maple leaf|🌹 rose|🌻 sunflower|🌸 cherry blossom|🌼 blossom" +
    "|🌞 sun with|🌝 full moon with|🌙 crescent moon|⭐ white medium star|🌟 glowing star" +
    "|✨ sparkles|⚡ high voltage|🔥 fire|🌈 rainbow|☀️ black sun with rays|⛅ sun behind cloud" +
    "|☁️ cloud|🌧️ cloud with rain|⛄ snowman without snow|❄️ snowflake|🌊 water wave",
  food:
    "🍏 green apple|🍎 red apple|🍐 pear|🍊 tangerine|🍋 lemon|🍌 banana|🍉 watermelon|🍇 grapes" +
    "|🍓 strawberry|🍒 cherries|🍑 peach|🥭 mango|🍍 pineapple|🥝 kiwifruit|🍅 tomato|🥑 avocado" +
    "|🥦 broccoli|🥕 carrot|🌽 ear of maize|🍞 bread|🥐 croissant|🧀 cheese wedge|🍳 cooking|🥓 bacon" +
    "|🍗 poultry leg|🍔 hamburger|🍟 french fries|🍕 slice of pizza|🌭 hot dog|🥪 sandwich|🌮 taco" +
    "|🍝 spaghetti|🍜 steaming bowl|🍣 sushi|🍱 bento box|🍚 cooked rice|🍦 soft ice cream" +
    "|🍰 shortcake|🎂 birthday cake|🍩 doughnut|🍪 cookie|🍫 chocolate bar|🍬 candy|☕ hot beverage" +
    "|🍵 teacup without handle|🥤 cup with straw|🍺 beer mug|🍻 clinking beer mugs" +
    "|🥂 clinking glasses|🍷 wine glass|🍾 bottle with popping cork",
  things:
    "⚽ soccer ball|🏀 basketball and hoop|🏈 american football|⚾ baseball" +
    "|🎾 tennis racquet and ball|🏐 volleyball|🎱 billiards|🏆 trophy|🥇 first place medal" +
    "|🎯 direct hit|🎮 video game|🎲 game die|🎸 guitar|🎹 musical keyboard|🎤 microphone" +
    "|🎧 headphone|🎬 clapper board|🎨 artist palette|🎉 party popper tada|🎊 confetti ball" +
    "|🎁 wrapped present|🎈 balloon|🚗 automobile|🚕 taxi|🚌 bus|🚑 ambulance|🚒 fire engine" +
    "|🚚 delivery truck|🚲 bicycle|✈️ airplane|🚀 rocket|🚢 ship|🏠 house building" +
    "|🏢 office building|🏥 hospital|🏦 bank|🏪 convenience store|📱 mobile phone" +
    "|💻 personal computer|⌨️ keyboard|🖨️ printer|📷 camera|📺 television|⏰ alarm clock" +
    "|⏳ hourglass with flowing sand|💡 electric light bulb|🔋 battery|🔌 electric plug" +
    "|💰 money bag|💳 credit card|💵 banknote with dollar|🧾 receipt|📦 package" +
    "|📫 closed mailbox with raised flag|📧 e mail|✉️ envelope|📞 telephone receiver|📅 calendar" +
    "|📎 paperclip|📌 pushpin|📝 memo|📚 books|🔍 left pointing magnifying glass|🔒 lock|🔓 open lock" +
    "|🔑 key|🔧 wrench|🛒 shopping trolley|🛍️ shopping bags|👕 t shirt|👟 athletic shoe" +
    "|👓 eyeglasses|💊 pill|🌍 earth globe europe africa|🗺️ world map",
  signs:
    "❤️ red heart love|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart" +
    "|🖤 black heart|🤍 white heart|💔 broken heart|💕 two hearts|💖 sparkling heart" +
    "|💯 hundred points|✅ check done ok|❌ cross mark|❓ black question mark ornament" +
    "|❗ heavy exclamation mark|⚠️ warning|🚫 no entry|⛔ no entry|🔔 bell" +
    "|🔕 bell with cancellation stroke|♻️ black universal recycling|🆗 squared ok|🆕 squared new" +
    "|🆓 squared free|🔴 large red circle|🟠 large orange circle|🟡 large yellow circle" +
    "|🟢 large green circle|🔵 large blue circle|⚫ medium black circle|⚪ medium white circle" +
    "|▶️ black right pointing triangle|⏸️ double vertical bar|➕ heavy plus|➖ heavy minus" +
    "|➡️ black rightwards arrow|⬅️ leftwards black arrow|⬆️ upwards black arrow" +
    "|⬇️ downwards black arrow|↩️ leftwards arrow with hook" +
    "|🔄 anticlockwise downwards and upwards open circle arrows|💬 speech balloon|💤 sleeping" +
    "|🏁 chequered flag|🚩 triangular flag on post",
};
