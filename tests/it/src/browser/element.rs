//! What is in a window, found as people find it who see it or have it read out: by role and name.

use serde_json::{Value, json};

use super::window::Window;

/// Something in a page.
pub(super) struct Element<'w> {
    window: &'w Window,
    object: String,
}

/// How a name is looked for.
#[derive(Debug, Clone, Copy)]
enum Name<'n> {
    Is(&'n str),
    Has(&'n str),
}

impl Name<'_> {
    fn fits(self, name: &str) -> bool {
        match self {
            Self::Is(whole) => name.trim() == whole,
            Self::Has(part) => name.contains(part),
        }
    }
}

/// Where a mouse would press, if nothing is in its way and it does not move.
const PLACE: &str = "async function () {
  if (!this.isConnected || this.disabled) return null;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const shown = seen(this) ? this : [...(this.labels ?? [])].find(seen);
  if (!shown) return null;
  shown.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const at = () => shown.getClientRects()[0];
  const before = at();
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const box = at();
  if (!before || !box || before.x !== box.x || before.y !== box.y) return null;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  let hit = this.getRootNode().elementFromPoint(x, y);
  while (hit?.shadowRoot?.elementFromPoint(x, y)) hit = hit.shadowRoot.elementFromPoint(x, y);
  const label = hit?.closest('label');
  const meant = hit && (this.contains(hit) || hit.contains(this) || label?.control === this);
  return meant ? { x, y } : null;
}";

/// Whether somebody sees it, or the label that stands for it.
const DRAWN: &str = "function () {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  return seen(this) || [...(this.labels ?? [])].some(seen);
}";

impl Window {
    /// The one thing of this role and name, as soon as there is one.
    pub(super) async fn find(&self, role: &str, name: &str) -> Element<'_> {
        self.one("document", role, Name::Is(name)).await
    }

    /// The one thing of this role whose name has these words in it.
    pub(super) async fn find_with(&self, role: &str, part: &str) -> Element<'_> {
        self.one("document", role, Name::Has(part)).await
    }

    /// All things of a role whose names have these words in them, now.
    pub(super) async fn all_with(&self, role: &str, part: &str) -> Vec<Element<'_>> {
        let Ok(root) = self.object("document").await else { return Vec::new() };
        self.seen(&root, role, Name::Has(part)).await.unwrap_or_default().0
    }

    /// Waits until nothing of this role has these words in its name.
    pub(super) async fn gone(&self, role: &str, part: &str) {
        let none = async || self.all_with(role, part).await.is_empty().then_some(());
        self.until(&format!("there still is a {role} {part}"), none).await;
    }

    /// Presses a button.
    pub(super) async fn press_button(&self, name: &str) {
        self.find("button", name).await.click().await;
    }

    async fn one(&self, root: &str, role: &str, name: Name<'_>) -> Element<'_> {
        let only = async || {
            let root = self.object(root).await.ok()?;
            let (mut seen, _) = self.seen(&root, role, name).await.ok()?;
            seen.pop().filter(|_| seen.is_empty())
        };
        self.until(&format!("there is not one {role} {name:?}"), only).await
    }

    /// What an expression is, as something to ask more about.
    async fn object(&self, expression: &str) -> Result<String, String> {
        let said = self.try_ask("Runtime.evaluate", json!({ "expression": expression })).await?;
        let object = said["result"]["objectId"].as_str();
        object.map(str::to_owned).ok_or_else(|| format!("{expression} is nothing"))
    }

    /// What is drawn of a role and name below `root`, and all names of that role.
    async fn seen(
        &self,
        root: &str,
        role: &str,
        name: Name<'_>,
    ) -> Result<(Vec<Element<'_>>, Vec<String>), String> {
        let asked = json!({ "objectId": root, "role": role });
        let tree = self.try_ask("Accessibility.queryAXTree", asked).await?;
        let (mut found, mut names) = (Vec::new(), Vec::new());
        for node in tree["nodes"].as_array().into_iter().flatten() {
            let said = node["name"]["value"].as_str().unwrap_or_default();
            if node["ignored"] == true {
                continue;
            }
            names.push(said.to_owned());
            if name.fits(said) {
                let node = json!({ "backendNodeId": node["backendDOMNodeId"] });
                let resolved = self.try_ask("DOM.resolveNode", node).await?;
                let object = resolved["object"]["objectId"].as_str().unwrap_or_default();
                let element = Element { window: self, object: object.to_owned() };
                if element.call(DRAWN).await? == true {
                    found.push(element);
                }
            }
        }
        Ok((found, names))
    }
}

impl<'w> Element<'w> {
    /// Calls a function on it.
    async fn call(&self, function: &str) -> Result<Value, String> {
        let asked = json!({
            "objectId": self.object, "functionDeclaration": function,
            "awaitPromise": true, "returnByValue": true,
        });
        let mut said = self.window.try_ask("Runtime.callFunctionOn", asked).await?;
        Ok(said["result"]["value"].take())
    }

    /// What a function says of it.
    pub(super) async fn is(&self, function: &str) -> Value {
        self.call(function).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The text it shows.
    pub(super) async fn text(&self) -> String {
        let text = self.is("function () { return this.innerText ?? this.textContent; }").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What is written in it.
    pub(super) async fn value(&self) -> String {
        self.is("function () { return this.value; }").await.as_str().unwrap_or_default().to_owned()
    }

    /// The one thing of this role and name within it.
    pub(super) async fn find(&self, role: &str, name: &str) -> Element<'w> {
        self.within(role, Name::Is(name)).await
    }

    /// The one thing of this role within it whose name has these words in it.
    pub(super) async fn find_with(&self, role: &str, part: &str) -> Element<'w> {
        self.within(role, Name::Has(part)).await
    }

    async fn within(&self, role: &str, name: Name<'_>) -> Element<'w> {
        let only = async || {
            let (mut seen, _) = self.window.seen(&self.object, role, name).await.ok()?;
            seen.pop().filter(|_| seen.is_empty())
        };
        self.window.until(&format!("there is not one {role} {name:?} in it"), only).await
    }

    /// Waits until an expression about `this` is true.
    pub(super) async fn holds(&self, expression: &str) {
        let script = format!("function () {{ return {expression}; }}");
        let holds = async || (self.call(&script).await.ok()? == true).then_some(());
        self.window.until(&format!("not so: {expression}"), holds).await;
    }

    /// Clicks it with the mouse, once it can be reached.
    pub(super) async fn click(&self) {
        self.window.until("it cannot be clicked", async || self.try_click().await).await;
    }

    /// Clicks it with the mouse, if it can be reached now.
    pub(super) async fn try_click(&self) -> Option<()> {
        let at = self.call(PLACE).await.ok().filter(Value::is_object)?;
        for (kind, clicks) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 1)] {
            let button = if clicks == 0 { "none" } else { "left" };
            let event = json!({
                "type": kind, "x": at["x"], "y": at["y"], "button": button, "clickCount": clicks,
            });
            self.window.ask("Input.dispatchMouseEvent", event).await;
        }
        Some(())
    }

    /// Writes into it, after what is there.
    pub(super) async fn write(&self, text: &str) {
        self.click().await;
        self.window.write(text).await;
    }

    /// Chooses of a native list, by what the choice is called.
    pub(super) async fn choose(&self, choice: &str) {
        let script = "function () {
          const choice = [...this.options].find((option) => option.label.trim() === CHOICE);
          if (!choice) return false;
          this.value = choice.value;
          this.dispatchEvent(new Event('input', { bubbles: true }));
          this.dispatchEvent(new Event('change', { bubbles: true }));
          return true;
        }";
        let script = script.replace("CHOICE", &json!(choice).to_string());
        let chosen = async || (self.call(&script).await.ok()? == true).then_some(());
        self.window.until(&format!("there is no choice {choice}"), chosen).await;
    }
}
