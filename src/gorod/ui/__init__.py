"""The design system: pages, components and what they are dressed in. Knows no city and no domain."""
