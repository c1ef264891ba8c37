using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>How the engine runs an application; Aspire's own settings, under Aspire's names.</summary>
internal sealed record EngineOptions
{
    /// <summary>Whether fixed ports are replaced by free ones, as in tests; <c>DcpPublisher:RandomizePorts</c>.</summary>
    public bool RandomizePorts { get; init; }

    /// <summary>Whether the dashboard is left out.</summary>
    public bool DisableDashboard { get; init; }

    /// <summary>Whether resources' console output is passed to the app host's log.</summary>
    public bool EnableResourceLogging { get; init; }

    /// <summary>The build configuration in which projects that have not been built along are started.</summary>
    public string BuildConfiguration { get; init; } = "Debug";

    public static EngineOptions From(IConfiguration configuration, DistributedApplicationOptions options) => new()
    {
        RandomizePorts = bool.TryParse(configuration["DcpPublisher:RandomizePorts"], out var randomize) && randomize,
        DisableDashboard = options.DisableDashboard,
        EnableResourceLogging = options.EnableResourceLogging,
    };
}
