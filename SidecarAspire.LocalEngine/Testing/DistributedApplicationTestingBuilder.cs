using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an app host inside a test: its ports are free ones, its dashboard is left out unless asked for, and the test starts and stops it.
/// </summary>
public static class DistributedApplicationTestingBuilder
{
    private static readonly Dictionary<string, string?> s_defaults = new()
    {
        ["DcpPublisher:RandomizePorts"] = "true",
        ["ASPNETCORE_URLS"] = "http://localhost:8080",
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:4317",
        ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        ["DOTNET_ENVIRONMENT"] = "Development",
        ["environment"] = "Development",
    };

    /// <summary>Runs the program of an app host's assembly until it has described the application.</summary>
    /// <typeparam name="TEntryPoint">A type of that assembly, such as <c>Projects.SidecarAspire_AppHost</c>.</typeparam>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the program with a command line.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <summary>Runs the program with a command line and options; <c>options.DisableDashboard = false</c> asks for the dashboard.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default) =>
        CreateAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    /// <summary>Runs the program of the assembly of a type.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        var interceptor = new EntryPointInterceptor(entryPoint.Assembly, args, (options, settings) =>
        {
            options.DisableDashboard = true;
            options.EnableResourceLogging = true;
            settings.Configuration = new ConfigurationManager();
            settings.Configuration.AddInMemoryCollection(s_defaults);
            configureBuilder(options, settings);
        });
        return new TestingBuilder(await interceptor.DescribeAsync(cancellationToken).ConfigureAwait(false), interceptor);
    }
}
