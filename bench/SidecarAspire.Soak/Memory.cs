using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SidecarAspire.Startup;

namespace SidecarAspire.Soak;

/// <summary>Attacks on a sidecar with a small heap: as it is by default, with everything on that keeps bodies, and with TLS.</summary>
internal static class Memory
{
    private const int Descriptors = 8192;
    private const string Subject = "CN=soak";
    private const string HeapBytes = "3000000";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static async Task MeasureAsync(string program, string only, FigureTable figures)
    {
        await using var app = await App.StartAsync();
        var attacks = Attack.All.Where(attack => attack.Name.Contains(only, StringComparison.Ordinal)).ToList();
        await RunAsync("plain", attacks, program, app, OpenAsync, Visitor.StatusAsync, figures);
        await RunAsync(
            "retries and mirrors", attacks, program, app, OpenAsync, Visitor.StatusAsync, figures,
            ("Sidecar__Resilience__Retry__IdempotencyHeader", "Idempotency-Key"),
            ("Sidecar__Resilience__Retry__MaxBodyBytes", "1000000"),
            ("Sidecar__Routes__0__Name", "all"),
            ("Sidecar__Routes__0__Mirror__MaxConcurrent", "10000"),
            ("Sidecar__Routes__0__Mirror__MaxBodyBytes", "1000000"));
        var folder = Directory.CreateTempSubdirectory("sidecar-soak-");
        try
        {
            var file = WriteCertificate(folder.FullName);
            await RunAsync("TLS", attacks, program, app, OpenTlsAsync, TlsStatusAsync, figures, ("Sidecar__Listener__Tls__CertificateFile", file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(
        string name, List<Attack> attacks, string program, App app, Func<Socket, CancellationToken, Task<Stream>> openAsync, Func<int, string, TimeSpan, Task<int>> statusAsync, FigureTable figures,
        params (string Name, string Value)[] settings)
    {
        var (deaths, stalls, kept, failed, asked) = (0, 0, 0, 0, 0);
        var (worst, livez) = (0.0, 0.0);
        (string, string)[] all = [("DOTNET_GCHeapHardLimit", HeapBytes), .. settings];
        var sidecar = await Sidecar.StartAsync(program, app, Descriptors, all);
        foreach (var attack in attacks)
        {
            var probe = new Probe(sidecar);
            await attack.RunAsync(sidecar.Port, openAsync);
            var begin = Stopwatch.GetTimestamp();
            var status = await statusAsync(sidecar.Port, "/", s_patience);
            var took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            await probe.DisposeAsync();
            var open = sidecar.IsAlive ? (await Recovery.OfAsync(sidecar, int.MaxValue)).Open : 0;
            Console.WriteLine($"{name}, {attack.Name}: {(sidecar.IsAlive ? "alive" : "DEAD")}, then {status} in {took:0} ms; /livez {probe.Asked} times, {probe.Failed} not, worst {probe.Worst:0} ms; {open} open; peak {sidecar.PeakMebibytes} MiB");
            (worst, livez) = (Math.Max(worst, took), Math.Max(livez, probe.Worst));
            (stalls, kept, failed, asked) = (stalls + (status == 200 ? 0 : 1), kept + open, failed + probe.Failed, asked + probe.Asked);
            if (sidecar.IsAlive)
                continue;
            deaths++;
            Console.WriteLine(string.Join('\n', sidecar.LastLines));
            await sidecar.DisposeAsync();
            sidecar = await Sidecar.StartAsync(program, app, Descriptors, all);
        }

        Console.WriteLine($"{name}: {attacks.Count} attacks; /livez {asked} times, worst {livez:0} ms; first request afterwards, worst {worst:0} ms");
        Console.WriteLine(string.Join('\n', sidecar.LastLines));
        await sidecar.DisposeAsync();
        figures.Add($"{name}: deaths", deaths, 0);
        figures.Add($"{name}: stalls", stalls, 0);
        figures.Add($"{name}: /livez other than 200", failed, 0);
        figures.Add($"{name}: connections that are not given back", kept, 0);
    }

    private static Task<Stream> OpenAsync(Socket socket, CancellationToken cancellationToken) => Task.FromResult<Stream>(new NetworkStream(socket));

    private static async Task<Stream> OpenTlsAsync(Socket socket, CancellationToken cancellationToken)
    {
        var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "soak",
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == Subject,
            },
            cancellationToken);
        return tls;
    }

    private static async Task<int> TlsStatusAsync(int port, string path, TimeSpan patience)
    {
        using var handler = new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == Subject } };
        using var http = new HttpClient(handler) { Timeout = patience };
        try
        {
            using var response = await http.GetAsync(new Uri($"https://127.0.0.1:{port}{path}"));
            return (int)response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    private static string WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Path.Combine(folder, "tls.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return file;
    }
}
