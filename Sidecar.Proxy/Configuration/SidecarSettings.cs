namespace Sidecar.Proxy.Configuration;

/// <summary>The configuration in force. A request takes <see cref="Current"/> once and keeps it to its end.</summary>
/// <param name="options">The configuration the sidecar starts with.</param>
public sealed class SidecarSettings(SidecarOptions options)
{
    private volatile SidecarOptions _current = options;

    /// <summary>Says that another configuration is in force.</summary>
    public event Action<SidecarOptions>? Changed;

    /// <summary>The snapshot in force.</summary>
    public SidecarOptions Current => _current;

    /// <summary>Puts another configuration in force, except for what only a start can change.</summary>
    /// <param name="options">The configuration; what it shares with the old one becomes the old one's objects.</param>
    /// <returns>What has changed and what has not been allowed to.</returns>
    public OptionsDifference Replace(SidecarOptions options)
    {
        var difference = OptionsDifference.Adopt(_current, options);
        _current = options;
        Changed?.Invoke(options);
        return difference;
    }
}
