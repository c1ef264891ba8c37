namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>What a header, a parameter or a cookie must be like: exactly one of the ways to say it.</summary>
public sealed record FieldMatchOptions : IValidatableObject
{
    /// <summary>Its name. Case matters, except for headers.</summary>
    [Required(ErrorMessage = "a name of at least one character")]
    public string Name { get; init; } = "";

    /// <summary>Its value, exactly.</summary>
    [Secret]
    public string? Exact { get; init; }

    /// <summary>What its value begins with.</summary>
    [Secret]
    public string? Prefix { get; init; }

    /// <summary>A regular expression that all of its value fits.</summary>
    [Pattern]
    public string? Regex { get; init; }

    /// <summary>Whether it must be there, or must not be, whatever its value.</summary>
    public bool? Present { get; init; }

    /// <summary>Whether the opposite is asked for: what is not there has no value, so it is unlike any. Default: false.</summary>
    public bool Invert { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Name), OptionsRules.Given(Exact, Prefix, Regex, Present) == 1 ? null : "a name with exactly one of Exact, Prefix, Regex and Present"));
}
