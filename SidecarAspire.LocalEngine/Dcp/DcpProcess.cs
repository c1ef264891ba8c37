using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Dcp;

/// <summary>Starts the orchestrator and ends it.</summary>
internal sealed class DcpProcess(SessionFolder session, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);
    private X509Certificate2? _certificate;
    private DcpClient? _client;

    public DcpClient Client => _client ?? throw new InvalidOperationException("The orchestrator has not been started.");

    /// <summary>Whether it has been started, and so can be asked to end.</summary>
    public bool IsUp => _client is not null;

    /// <summary>
    /// Starts the orchestrator and waits until it has an address. Once its process is there this is not cancelled: only an
    /// orchestrator whose address is known can be told to end.
    /// </summary>
    /// <exception cref="DistributedApplicationException">It does not come up.</exception>
    public async Task StartAsync(string dcpPath, CancellationToken cancellationToken)
    {
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        // With a certificate of its own the orchestrator is up in 0.2 s; without one it makes a 4096-bit key first.
        _certificate = CreateCertificate();
        await File.WriteAllTextAsync(session.File("cert.pem"), _certificate.ExportCertificatePem(), cancellationToken).ConfigureAwait(false);
        using (var key = _certificate.GetECDsaPrivateKey()!)
        {
            await File.WriteAllTextAsync(session.File("key.pem"), key.ExportPkcs8PrivateKeyPem(), cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(s_startDeadline, time);
        try
        {
            await RunDcpAsync(dcpPath, token, deadline.Token).ConfigureAwait(false);
            _client = new DcpClient(CreateHttpClient(await ReadAddressAsync(deadline.Token).ConfigureAwait(false), token, _certificate));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"The orchestrator (DCP) did not come up within {s_startDeadline.TotalSeconds:0} seconds; it is {dcpPath}.");
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Ends everything that the orchestrator runs and then itself.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(s_stopDeadline);
            await Client.ShutDownAsync(deadline.Token).ConfigureAwait(false);
            while (true)
            {
                await Task.Delay(s_pollInterval, time, deadline.Token).ConfigureAwait(false);
                await Client.ExecutableExistsAsync("none", deadline.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or DcpException)
        {
            // It answers no longer, which is what was asked for; what may be left is reaped by the session.
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _certificate?.Dispose();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static HttpClient CreateHttpClient(Uri address, string token, X509Certificate2 certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        return new HttpClient(handler)
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }

    private async Task RunDcpAsync(string dcpPath, string token, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(dcpPath)
        {
            // Detached, the orchestrator has a session of its own: Ctrl-C reaches the app host alone, which stops things in order.
            ArgumentList =
            {
                "start-apiserver", "--detach",
                "--monitor", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "-i", "1",
                "--kubeconfig", session.File("kubeconfig"),
                "--container-runtime", "docker",
                "--tls-cert-file", session.File("cert.pem"), "--tls-key-file", session.File("key.pem"),
            },
            Environment = { ["DCP_SESSION_FOLDER"] = session.Path, ["DCP_SECURE_TOKEN"] = token },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(AppHostVariables.Contains).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Start(start);
        try
        {
            // Read while it runs: a full pipe would stop it. The server that it leaves behind writes to neither.
            var output = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken)).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new DistributedApplicationException(
                    $"The orchestrator (DCP) ended at once with exit code {process.ExitCode}: {string.Concat(output).ReplaceLineEndings(" ").Trim()}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DistributedApplicationException($"The orchestrator (DCP) could not be started: {e.Message}", e);
        }
    }

    private async Task<Uri> ReadAddressAsync(CancellationToken cancellationToken)
    {
        var path = session.File("kubeconfig");
        // The file appears whole, by a rename.
        while (!File.Exists(path))
        {
            await Task.Delay(s_pollInterval, time, cancellationToken).ConfigureAwait(false);
        }

        const string Key = "server:";
        var line = (await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false))
            .Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
        return line is not null
            ? new Uri(line[Key.Length..].Trim().Trim('"'))
            : throw new DistributedApplicationException($"The orchestrator's file {path} names no server: this is not the DCP of Aspire {BundleVersion}.");
    }

    private static string BundleVersion => Bundle.BundlePackage.Version;
}
