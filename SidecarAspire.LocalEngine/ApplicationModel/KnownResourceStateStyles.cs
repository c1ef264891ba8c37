namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a state looks.</summary>
public static class KnownResourceStateStyles
{
    /// <summary>All is well.</summary>
    public static readonly string Success = "success";

    /// <summary>Worth knowing.</summary>
    public static readonly string Info = "info";

    /// <summary>Worth a look.</summary>
    public static readonly string Warn = "warning";

    /// <summary>Something failed.</summary>
    public static readonly string Error = "error";
}
