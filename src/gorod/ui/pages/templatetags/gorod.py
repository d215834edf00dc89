"""What templates of every face need: a block that stands twice, controls of forms that say what they are to those who listen."""

from __future__ import annotations

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

from gorod.ui.assets import pictures

register = template.Library()


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> str:
    """What the block of this name says, once more: the heading of a page is its title too."""
    return str(context.render_context[BLOCK_CONTEXT_KEY].get_block(name).render(context))


@register.simple_tag
def picture(name: str) -> SafeString:
    """A line drawing by its name; nothing for one that there is not."""
    return mark_safe(pictures.svg(name))  # noqa: S308 - a file of the package, not what anybody wrote


@register.filter
def control(field: BoundField) -> str:
    """The control of a form's field: its classes, what describes it, whether it is in error."""
    kind = {CheckboxInput: "govuk-checkboxes__input", Select: "govuk-select", Textarea: "govuk-textarea"}
    classes = next((name for widget, name in kind.items() if isinstance(field.field.widget, widget)), "govuk-input")
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}-hint")
    attributes: dict[str, str | bool] = {"class": classes}
    if field.errors:
        described.append(f"{field.auto_id}-error")
        attributes["class"] = f"{classes} {classes}--error"
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    field.field.widget.attrs.pop("placeholder", None)  # it vanishes when one begins to type: the label stays
    return field.as_widget(attrs=attributes)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label of a field stands behind its control."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_several(field: BoundField) -> bool:
    """Whether several of a group of buttons may be chosen."""
    return isinstance(field.field.widget, CheckboxSelectMultiple)


@register.filter
def is_radio(field: BoundField) -> bool:
    """Whether a field is a group of buttons, which needs a legend instead of a label."""
    return isinstance(field.field.widget, RadioSelect)
