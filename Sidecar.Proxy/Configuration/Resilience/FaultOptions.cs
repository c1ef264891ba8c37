namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>What goes wrong on purpose, so that callers can be tested.</summary>
public sealed record FaultOptions : IValidatableObject
{
    /// <summary>Whether anything does. Default: no, whatever else is configured here.</summary>
    public bool Enabled { get; init; }

    /// <summary>The headers that a request must have, all of them, each with this value or with any for <c>*</c>. Default: none, which is every request.</summary>
    [Secret]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Which requests wait before they go on. Default: none.</summary>
    public DelayOptions? Delay { get; init; }

    /// <summary>Which requests are answered with an error, after their delay if they have one. Default: none.</summary>
    public AbortOptions? Abort { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Enabled), Enabled && Delay is null && Abort is null ? "false unless Delay or Abort is given" : null));
}

/// <summary>Which requests wait before they go on.</summary>
public sealed record DelayOptions
{
    /// <summary>How many of a hundred.</summary>
    [Range(0.0001, 100)]
    public double Percent { get; init; }

    /// <summary>How long.</summary>
    [DurationRange("1ms", "1h")]
    public TimeSpan Duration { get; init; }
}

/// <summary>Which requests are answered with an error.</summary>
public sealed record AbortOptions
{
    /// <summary>How many of a hundred.</summary>
    [Range(0.0001, 100)]
    public double Percent { get; init; }

    /// <summary>The status code they get.</summary>
    [Range(400, 599)]
    public int Status { get; init; }
}
