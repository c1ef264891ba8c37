namespace Sidecar.Proxy.Resilience.FaultInjection;

/// <summary>Says aloud, at the start and at each reload, that requests fail on purpose.</summary>
/// <param name="settings">The configuration.</param>
/// <param name="logger">Where it is said.</param>
internal sealed partial class FaultWarnings(SidecarSettings settings, ILogger<FaultWarnings> logger) : SettingsFollower(settings)
{
    /// <inheritdoc />
    protected override void Follow(SidecarOptions options)
    {
        Warn("every request", options.Resilience.Faults);
        foreach (var route in options.Routes)
            Warn($"route {route.Name}", route.Resilience?.Faults);
    }

    private void Warn(string scope, FaultOptions? faults)
    {
        if (faults is not { Enabled: true })
            return;
        var headers = string.Concat(faults.Headers.Keys.Select(name => $" with {name}"));
        IEnumerable<string> all =
        [
            .. faults.Delay is { } delay ? [string.Create(CultureInfo.InvariantCulture, $"{delay.Percent} % wait for {Duration.Format(delay.Duration)}")] : Array.Empty<string>(),
            .. faults.Abort is { } abort ? [string.Create(CultureInfo.InvariantCulture, $"{abort.Percent} % get {abort.Status}")] : Array.Empty<string>(),
        ];
        IsOn(logger, scope + headers, string.Join(", ", all));
    }

    [LoggerMessage(EventId = 1, EventName = "FaultInjectionIsOn", Level = LogLevel.Warning, Message = "FAULT INJECTION IS ON: of {Scope}, {Faults}")]
    private static partial void IsOn(ILogger logger, string scope, string faults);
}
