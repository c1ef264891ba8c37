using System.Globalization;
using System.Text.RegularExpressions;

namespace SidecarAspire.Bench.Compare;

/// <summary>A proxy with its best honest configuration, which is in bench/peers; all write an access log.</summary>
/// <param name="name">What it is called.</param>
/// <param name="versionOption">The option that prints its version.</param>
/// <param name="start">The command that starts it, and its environment.</param>
internal sealed partial class Peer(string name, string versionOption, Func<Proxy, Environs, (string[] Command, Dictionary<string, string> Environment)> start)
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "bench", "peers");

    /// <summary>What the others are measured against.</summary>
    public static Peer Nginx { get; } = new("nginx", "-v", StartNginx);

    /// <summary>What is measured.</summary>
    public static Peer Sidecar { get; } = new("sidecar", "--version", StartSidecar);

    /// <summary>All there are.</summary>
    public static IReadOnlyList<Peer> All { get; } = [Nginx, new("haproxy", "-v", StartHaproxy), Sidecar];

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>Debian's nginx has no module that checks tokens.</summary>
    public bool Can(Row row) => this != Nginx || row.Setup != Setup.Jwt;

    /// <summary>The command that starts it.</summary>
    public (string[] Command, Dictionary<string, string> Environment) Start(Proxy proxy, Environs environs) => start(proxy, environs);

    /// <summary>Its name and version.</summary>
    /// <exception cref="BenchException">It is not installed.</exception>
    public async Task<string> DescribeAsync(string sidecar, CancellationToken cancellationToken)
    {
        var output = await Tool.OutputAsync([this == Sidecar ? sidecar : name, versionOption], cancellationToken);
        return $"{name} {Version().Match(output).Value}";
    }

    private static (string[], Dictionary<string, string>) StartNginx(Proxy proxy, Environs environs) => (
        ["nginx", "-c", Template("nginx.conf", proxy, environs,
            ("LISTEN", proxy.Setup switch { Setup.Tls or Setup.MutualTls => "ssl http2", Setup.Http2 or Setup.Grpc => "http2", _ => "" }),
            ("TLS", proxy.Setup switch
            {
                Setup.Tls => "ssl_certificate @CERTIFICATE@; ssl_certificate_key @KEY@; ssl_protocols TLSv1.3;",
                Setup.MutualTls => "ssl_certificate @CERTIFICATE@; ssl_certificate_key @KEY@; ssl_protocols TLSv1.3; ssl_client_certificate @AUTHORITY@; ssl_verify_client on;",
                _ => "",
            }),
            ("LOCATION", proxy.Setup switch
            {
                Setup.Policy => "location /32 { proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header Connection \"\"; proxy_set_header X-Stage bench; proxy_next_upstream error timeout http_502 http_503 http_504; proxy_next_upstream_tries 3; proxy_pass http://app; }",
                Setup.Grpc => "location / { grpc_pass grpc://app; }",
                _ => "location / { proxy_pass http://app; }",
            }))],
        []);

    private static (string[], Dictionary<string, string>) StartHaproxy(Proxy proxy, Environs environs) => (
        ["haproxy", "-db", "-f", Template("haproxy.cfg", proxy, environs,
            ("TLS", proxy.Setup switch
            {
                Setup.Tls => "ssl crt @BOTH@ ssl-min-ver TLSv1.3 alpn h2,http/1.1",
                Setup.MutualTls => "ssl crt @BOTH@ ssl-min-ver TLSv1.3 alpn h2,http/1.1 ca-file @AUTHORITY@ verify required",
                _ => "",
            }),
            ("RULES", proxy.Setup switch
            {
                Setup.Policy => "http-request set-header X-Stage bench if { path_beg /32 }\n    retries 2\n    retry-on conn-failure empty-response response-timeout 502 503 504\n    option redispatch",
                Setup.Jwt => "http-request deny deny_status 401 unless { http_auth_bearer,jwt_header_query('$.alg') -m str RS256 } { http_auth_bearer,jwt_payload_query('$.iss') -m str https://bench.example/ } { http_auth_bearer,jwt_payload_query('$.aud') -m str bench }\n    http-request set-var(txn.exp) http_auth_bearer,jwt_payload_query('$.exp','int')\n    http-request deny deny_status 401 if { date,neg,add(txn.exp) -m int lt 0 }\n    http-request deny deny_status 401 unless { http_auth_bearer,jwt_verify(\"RS256\",\"@TOKENKEY@\") -m int 1 }",
                _ => "",
            }),
            ("PROTOCOL", proxy.Setup == Setup.Grpc ? "proto h2" : ""))],
        []);

    private static (string[], Dictionary<string, string>) StartSidecar(Proxy proxy, Environs environs)
    {
        var environment = new Dictionary<string, string>
        {
            ["PORT"] = Text(proxy.Port),
            ["ADMIN_PORT"] = "0",
            ["TARGET"] = $"http://127.0.0.1:{proxy.UpstreamPort}",
            ["SRV_NAME"] = "app",
            ["Sidecar__Listener__Address"] = "127.0.0.1",
            ["Sidecar__Admin__Address"] = "127.0.0.1",
            ["Sidecar__Limits__MaxConnections"] = "12000",
        };
        foreach (var (key, value) in Settings(proxy.Setup, environs))
            environment[key] = value;
        return ([environs.Sidecar], environment);
    }

    private static IEnumerable<(string Key, string Value)> Settings(Setup setup, Environs environs)
    {
        const string Issuer = "Sidecar__Security__Jwt__Issuers__bench__";
        const string Tls = "Sidecar__Listener__Tls__";
        return setup switch
        {
            Setup.Policy =>
            [
                ("Sidecar__Routes__0__Name", "bench"),
                ("Sidecar__Routes__0__Match__PathPrefix", "/32"),
                ("Sidecar__Routes__0__RequestHeaders__Set__X-Stage", "bench"),
                ("Sidecar__Resilience__Retry__MaxRetries", "2"),
            ],
            Setup.Jwt => [(Issuer + "Issuer", "https://bench.example/"), (Issuer + "Audiences", "bench"), (Issuer + "Jwks__File", environs.Credentials.KeySetFile)],
            Setup.Otlp =>
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{environs.Apps.Port}"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_TRACES_SAMPLER", "always_on"),
            ],
            Setup.Tls => [(Tls + "CertificateFile", environs.Credentials.CertificateFile), (Tls + "KeyFile", environs.Credentials.KeyFile)],
            Setup.MutualTls => [.. Settings(Setup.Tls, environs), (Tls + "ClientCertificates__Mode", "require"), (Tls + "ClientCertificates__CaFile", environs.Credentials.AuthorityFile)],
            Setup.Grpc => [("Sidecar__Upstream__Protocol", "http2")],
            _ => [],
        };
    }

    private static string Template(string file, Proxy proxy, Environs environs, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        foreach (var (key, value) in more)
            text = text.Replace($"@{key}@", value, StringComparison.Ordinal);
        foreach (var (key, value) in Values(proxy, environs))
            text = text.Replace($"@{key}@", value, StringComparison.Ordinal);
        var path = Path.Combine(proxy.Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    private static (string Key, string Value)[] Values(Proxy proxy, Environs environs) =>
    [
        ("FOLDER", proxy.Folder), ("PORT", Text(proxy.Port)), ("UPSTREAM", Text(proxy.UpstreamPort)), ("CORES", Text(proxy.Cores)), ("LOGSINK", Text(environs.Apps.LogSinkPort)),
        ("CERTIFICATE", environs.Credentials.CertificateFile), ("KEY", environs.Credentials.KeyFile), ("BOTH", environs.Credentials.BothFile),
        ("AUTHORITY", environs.Credentials.AuthorityFile), ("TOKENKEY", environs.Credentials.TokenKeyFile),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d+\.\d+\.\d+(\+[0-9a-f]{7})?")]
    private static partial Regex Version();
}
