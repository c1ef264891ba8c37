namespace Aspire.Hosting;

/// <summary>How an application is put together.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The app host's assembly; default the program's own.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The folder of the app host's project; default what the build wrote into the assembly.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Whether to leave the dashboard out; default false.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether to allow plain http for the dashboard; default false.</summary>
    public bool AllowUnsecuredTransport { get; set; }

    /// <summary>Whether resources' console output is passed to the app host's log; default false.</summary>
    public bool EnableResourceLogging { get; set; }

    /// <summary>The application's name in the dashboard; default the app host's.</summary>
    public string? DashboardApplicationName { get; set; }
}
