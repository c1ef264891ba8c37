using System.Globalization;

namespace SidecarAspire.Bench.Compare;

/// <summary>A proxy with its best honest configuration, which is in bench/peers.</summary>
/// <param name="name">What it is called.</param>
/// <param name="logs">Whether it writes an access log, to a file.</param>
/// <param name="start">The command that starts it, given what it is told, and its environment.</param>
internal sealed class Peer(string name, bool logs, Func<ProxyAddress, Peer, (string[] Command, Dictionary<string, string> Environment)> start)
{
    private static readonly string Peers = Path.Combine(Repository.Folder, "bench", "peers");

    /// <summary>No proxy: the application itself.</summary>
    public const string None = "none";

    /// <summary>The measure of all others.</summary>
    public const string Reference = "nginx";

    /// <summary>All there are. Access log on, except where the name says otherwise.</summary>
    public static IReadOnlyList<Peer> All { get; } =
    [
        new(None, false, static (_, _) => ([], [])),
        new(Reference, true, Nginx),
        new("haproxy", true, Haproxy),
        new("caddy", true, Caddy),
        new("node", true, Node),
        new("yarp", true, Yarp),
        new("sidecar", true, Sidecar),
        new("sidecar-otlp", true, SidecarWithOtlp),
        new("nginx-nolog", false, Nginx),
        new("haproxy-nolog", false, Haproxy),
        new("caddy-nolog", false, Caddy),
        new("node-nolog", false, Node),
        new("yarp-nolog", false, Yarp),
        new("sidecar-nolog", false, Sidecar),
    ];

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>Whether it takes part only in the work that the figures to reach are about.</summary>
    public bool IsVariant => name.EndsWith("-nolog", StringComparison.Ordinal) || name.EndsWith("-otlp", StringComparison.Ordinal);

    /// <summary>Where an OTLP exporter sends to.</summary>
    public static int OtlpPort { get; set; }

    /// <summary>Where HAProxy sends its access log: it has no buffered file, but sends a ring's lines together.</summary>
    public static int LogSinkPort { get; set; }

    /// <summary>What is shown to clients that speak TLS.</summary>
    public static TestCertificate Certificate { get; set; } = new(Path.GetTempPath());

    /// <summary>Where the sidecar is published as its image holds it.</summary>
    public static string SidecarFolder { get; } = Path.Combine(Repository.Folder, "artifacts", "bench", "sidecar");

    /// <summary>Whether it can do a piece of work.</summary>
    public bool Can(Work work) =>
        (work.Client != Client.H2Load || !(name.StartsWith("node", StringComparison.Ordinal) || name == None))
        && (work.Setup == ProxySetup.Plain || name is Reference or "haproxy" or "sidecar");

    /// <summary>The command that starts it.</summary>
    public (string[] Command, Dictionary<string, string> Environment) Start(ProxyAddress address) => start(address, this);

    private static (string[], Dictionary<string, string>) Nginx(ProxyAddress at, Peer peer)
    {
        var configuration = Template("nginx.conf", at, ("ACCESSLOG", peer.Logs ? $"{at.Folder}/access.log seed buffer=32k flush=1s" : "off"),
            ("TLS", at.Setup == ProxySetup.Tls ? "ssl" : ""),
            ("CERTIFICATE", at.Setup == ProxySetup.Tls ? $"ssl_certificate {Certificate.CertificateFile}; ssl_certificate_key {Certificate.KeyFile}; ssl_protocols TLSv1.3;" : ""),
            ("POLICY", at.Setup == ProxySetup.Policy ? "location /32 { include @HEADERS@; proxy_set_header X-Stage bench; proxy_next_upstream error timeout http_502 http_503 http_504; proxy_next_upstream_tries 3; proxy_pass http://app; }" : ""),
            ("HEADERS", Path.Combine(Peers, "nginx-headers.conf")));
        return (["nginx", "-c", configuration], []);
    }

    private static (string[], Dictionary<string, string>) Haproxy(ProxyAddress at, Peer peer)
    {
        var configuration = Template("haproxy.cfg", at,
            ("ACCESSLOG", peer.Logs ? "log ring@access local0" : ""),
            ("LOGSINK", Text(LogSinkPort)),
            ("TLS", at.Setup == ProxySetup.Tls ? $"ssl crt {Certificate.BothFile} ssl-min-ver TLSv1.3" : ""),
            ("POLICY", at.Setup == ProxySetup.Policy ? "http-request set-header X-Stage bench if { path_beg /32 }\n    retries 2\n    retry-on conn-failure empty-response response-timeout 502 503 504\n    option redispatch" : ""),
            ("LOGGING", peer.Logs ? "log global\n    log-format \"%f - %b - %HU - %Ts%ms\"" : ""));
        return (["haproxy", "-db", "-f", configuration], []);
    }

    private static (string[], Dictionary<string, string>) Caddy(ProxyAddress at, Peer peer)
    {
        var log = peer.Logs ? $"log {{\n\t\toutput file {at.Folder}/access.log {{\n\t\t\troll_disabled\n\t\t}}\n\t}}" : "";
        return (["caddy", "run", "--adapter", "caddyfile", "--config", Template("Caddyfile", at, ("ACCESSLOG", log))], new() { ["GOMAXPROCS"] = "1" });
    }

    private static (string[], Dictionary<string, string>) Node(ProxyAddress at, Peer peer) => (
        ["node", Path.Combine(Peers, "node", "proxy.js")],
        new() { ["PORT"] = Text(at.Port), ["TARGET"] = Url(at.UpstreamPort), ["SRV_NAME"] = "app", ["LOG"] = peer.Logs ? "on" : "off", ["NODE_ENV"] = "production" });

    private static (string[], Dictionary<string, string>) Yarp(ProxyAddress at, Peer peer)
    {
        var environment = new Dictionary<string, string> { ["PORT"] = Text(at.Port), ["H2C"] = Text(at.H2cPort), ["TARGET"] = Url(at.UpstreamPort), ["ASPNETCORE_ENVIRONMENT"] = "Production" };
        if (peer.Logs)
            environment["LOG"] = at.Folder;
        return (["dotnet", Built("bench/peers/yarp", "SidecarAspire.Bench.Yarp")], environment);
    }

    private static (string[], Dictionary<string, string>) Sidecar(ProxyAddress at, Peer peer)
    {
        var environment = new Dictionary<string, string>
        {
            ["PORT"] = Text(at.Port),
            ["ADMIN_PORT"] = "0",
            ["TARGET"] = Url(at.UpstreamPort),
            ["SRV_NAME"] = "app",
            ["Sidecar__Listener__Address"] = "127.0.0.1",
            ["Sidecar__Admin__Address"] = "127.0.0.1",
            ["Sidecar__AccessLog__Format"] = peer.Logs ? "Line" : "None",
        };
        foreach (var (key, value) in SidecarSetup(at.Setup))
            environment[key] = value;
        return ([Path.Combine(SidecarFolder, "Sidecar.Proxy")], environment);
    }

    private static Dictionary<string, string> SidecarSetup(ProxySetup setup) => setup switch
    {
        ProxySetup.Policy => new()
        {
            ["Sidecar__Routes__0__Name"] = "bench",
            ["Sidecar__Routes__0__Match__PathPrefix"] = "/32",
            ["Sidecar__Routes__0__RequestHeaders__Set__X-Stage"] = "bench",
            ["Sidecar__Resilience__Retry__MaxRetries"] = "2",
        },
        ProxySetup.Tls => new()
        {
            ["Sidecar__Listener__Tls__CertificateFile"] = Certificate.CertificateFile,
            ["Sidecar__Listener__Tls__KeyFile"] = Certificate.KeyFile,
        },
        _ => [],
    };

    private static (string[], Dictionary<string, string>) SidecarWithOtlp(ProxyAddress at, Peer peer)
    {
        var (command, environment) = Sidecar(at, peer);
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url(OtlpPort);
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        environment["OTEL_TRACES_SAMPLER"] = "always_on";
        return (command, environment);
    }

    private static string Template(string name, ProxyAddress at, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var text = File.ReadAllText(Path.Combine(Peers, name))
            .Replace("@FOLDER@", at.Folder, StringComparison.Ordinal)
            .Replace("@PORT@", Text(at.Port), StringComparison.Ordinal)
            .Replace("@H2C@", Text(at.H2cPort), StringComparison.Ordinal)
            .Replace("@UPSTREAM@", Text(at.UpstreamPort), StringComparison.Ordinal);
        foreach (var (key, value) in more)
            text = text.Replace($"@{key}@", value, StringComparison.Ordinal);
        var path = Path.Combine(at.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Built(string project, string assembly)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var path = Path.Combine(Repository.Folder, project, "bin", configuration, "net10.0", assembly + ".dll");
        return File.Exists(path) ? path : throw new BenchException($"{path} is missing: build the bench first.");
    }

    private static string Url(int port) => $"http://127.0.0.1:{port}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private bool Logs => logs;

    /// <summary>Whether it is the sidecar in some form.</summary>
    public bool IsSidecar => name.StartsWith("sidecar", StringComparison.Ordinal);
}
