using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Configuration.Istio;

namespace Sidecar.Proxy.Tests.Configuration.Istio;

/// <summary>A configuration that Istio's objects are a source of.</summary>
internal sealed class IstioConfiguration : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sidecar-istio-");

    private string File => Path.Combine(_folder.FullName, "istio.yaml");

    /// <summary>What a file of our own is read as.</summary>
    public static SidecarOptions Fixture(string name, params string[] settings) => Read(Path.Combine(AppContext.BaseDirectory, "Configuration", "Istio", "Fixtures", name), settings);

    /// <summary>What a file or a folder is read as.</summary>
    public static SidecarOptions Read(string path, params string[] settings)
    {
        var configuration = new ConfigurationManager();
        var values = new Dictionary<string, string?> { ["Sidecar:Istio:Files"] = path };
        foreach (var setting in settings.Select(setting => setting.Split('=', 2)))
            values[setting[0]] = setting[1];
        configuration.AddInMemoryCollection(values);
        ((IConfigurationBuilder)configuration).Sources.Insert(0, IstioFiles.Of(configuration)!);
        return OptionsReader.Read(configuration);
    }

    /// <summary>What a text is read as.</summary>
    public SidecarOptions Parse(string yaml, params string[] settings)
    {
        System.IO.File.WriteAllText(File, yaml);
        return Read(File, settings);
    }

    /// <summary>What a VirtualService for <c>app</c> is read as.</summary>
    public SidecarOptions Routes(string http, params string[] settings) => Parse(VirtualService(http), settings);

    /// <summary>A VirtualService for <c>app</c>, whose <c>http</c> begins in line 8.</summary>
    public static string VirtualService(string http) => $"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: shop
        spec:
          hosts: [app]
          http:
        {http.ReplaceLineEndings("\n")}
        """;

    /// <summary>A DestinationRule for <c>app</c>, whose <c>trafficPolicy</c> begins in line 8.</summary>
    public static string DestinationRule(string policy) => $"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: app
        spec:
          host: app
          trafficPolicy:
        {policy.ReplaceLineEndings("\n")}
        """;

    public void Dispose() => _folder.Delete(recursive: true);
}
