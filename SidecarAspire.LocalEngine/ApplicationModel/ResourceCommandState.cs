namespace Aspire.Hosting.ApplicationModel;

/// <summary>Whether a command can be executed.</summary>
public enum ResourceCommandState
{
    /// <summary>Shown and can be executed.</summary>
    Enabled = 0,

    /// <summary>Shown but cannot be executed now.</summary>
    Disabled = 1,

    /// <summary>Not shown.</summary>
    Hidden = 2,
}
