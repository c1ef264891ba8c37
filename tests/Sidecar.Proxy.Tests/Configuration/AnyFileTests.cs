using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Configuration.Security;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

/// <summary>Whatever is in a mounted file: it is taken, or refused in one line.</summary>
public sealed class AnyFileTests : IDisposable
{
    private const string Reloader = "Sidecar.Proxy.Configuration.ConfigurationReloader";
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1500).WithQuietOnSuccess(true);

    private static readonly string[] Valid =
    [
        """{"Sidecar":{"Upstream":{"Targets":["http://127.0.0.1:1;weight=3"],"ConnectTimeout":"3s","Affinity":{"Key":"0123456789abcdef0123456789abcdef"}},"Headers":{"TrustedProxies":["10.0.0.0/8","fd00::/8"]}}}""",
        """{"Sidecar":{"Clusters":{"a":{"Targets":["http://a:1"]}},"Routes":[{"Name":"r","Match":{"PathRegex":"/x.*","Hosts":["*.a.b"]},"Cluster":"a","RequestHeaders":{"Set":{"X-A":"b"}},"Redirect":null}]}}""",
        """{"Sidecar":{"Security":{"ApiKeys":{"Entries":[{"Name":"k","Hash":"2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"}]},"Access":{"Allow":[{"Keys":["k"],"Addresses":["::1"]}]}}},"Logging":{"LogLevel":{"Default":"Warning"}}}""",
    ];

    private static readonly Gen<byte[]> Piece = Gen.OneOf(
        Gen.Elements("\"", "{", "}", "[", "]", ":", ",", "\\", "\\ud800", "\\udc00\\ud800", "\\u0000", "\\n", "null", "1e999", "-", "//", "/*", "true", "\u2028", "é", "(", "a:b", "\"Sidecar\":").Select(Encoding.UTF8.GetBytes),
        Gen.Choose(0, 255).Select(static one => new[] { (byte)one }),
        Gen.Elements<byte[]>([0xff, 0xfe], [0xef, 0xbb, 0xbf], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf8], []));

    private static readonly Gen<byte[]> Mutated =
        from text in Gen.Elements(Valid)
        from at in Gen.Choose(0, text.Length)
        from cut in Gen.Choose(0, 12)
        from pieces in Gen.ListOf(Piece)
        let bytes = Encoding.UTF8.GetBytes(text)
        select (byte[])[.. bytes[..at], .. pieces.Take(4).SelectMany(static piece => piece), .. bytes[Math.Min(bytes.Length, at + cut)..]];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sidecar-any-");

    private string File => Path.Combine(_folder.FullName, "sidecar.json");

    /// <summary>What once ended the process, and its kin.</summary>
    public static TheoryData<string> Bad => new(
        Hex("""{"Sidecar":{"Upstream":{"ConnectTimeout":"3s?"}}}""", 0xff), Hex("""{"Sidecar":{"Upstream":{"Conn?ectTimeout":"3s"}}}""", 0xff), Hex("""{"Sidecar":{"ServiceName":"\ud800"}}"""), Hex("""{"Sidecar":{"\udc00":1}}"""),
        Convert.ToHexString([0xff, 0xfe, .. Encoding.Unicode.GetBytes("""{"Sidecar":{}}""")]), Convert.ToHexString([0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("""{"Sidecar":{}}""")]),
        Hex(new string('[', 100_000)), Hex(string.Concat(Enumerable.Repeat("""{"a":""", 100))), Hex("{\"Sidecar\":{\"ServiceName\":\"" + new string('x', 1024 * 1024) + "\"}}"), Hex("""{"Sidecar":{"Headers":{"Via":true,"Via":false}}}"""),
        Hex("""{"Sidecar":{"Headers":{"Via":true},"headers":{"via":false}}}"""), Hex("[]"), Hex("1"), Hex("\0"), Hex(""), Hex("""{"Logging":{"LogLevel":{"Default":"loud"}}}"""), Hex("""{"Sidecar":null}"""), Hex("{\"Sidecar\":{\"" + new string('k', 5000) + "\":{\"a\":1}}}"));

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public async Task A_file_that_cannot_be_stops_the_start_with_one_line(string hex)
    {
        await System.IO.File.WriteAllBytesAsync(File, Convert.FromHexString(hex), Patience.Token());
        using var sidecar = SidecarProcess.Start([], ("SIDECAR_CONFIG", File), ("PORT", "0"), ("ADMIN_PORT", "0"));

        var (code, error) = await sidecar.ExitAsync();

        code.ShouldBe(1);
        error.ShouldNotBeEmpty();
        error.ShouldNotContain("\n");
    }

    [Fact]
    public async Task No_file_ends_a_sidecar_that_runs_and_a_good_one_is_taken_afterwards()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await System.IO.File.WriteAllTextAsync(File, "{}", Patience.Token());
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"SIDECAR_CONFIG={File}", "Sidecar:ReloadInterval=10ms");

        foreach (var row in Bad)
        {
            await PutAsync(Convert.FromHexString(row.Data));
            var refusal = (await sidecar.Logs.NextAsync(Reloader)).Message;
            refusal.ShouldStartWith("Configuration refused, keeping the previous one: ");
            refusal.ShouldNotContain("\n");
            (await sidecar.GetAsync()).ShouldEndWith("ok");
        }

        await PutAsync("""{"Sidecar":{"Headers":{"Via":true}}}"""u8.ToArray());
        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldEndWith("changed: Sidecar:Headers:Via");
    }

    [Fact]
    public void Any_bytes_are_read_or_refused() => Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Piece)), pieces => IsReadOrRefused([.. pieces.SelectMany(static piece => piece)])));

    [Fact]
    public void A_file_with_something_put_into_it_is_read_or_refused() => Check.One(Runs, Prop.ForAll(Arb.From(Mutated), IsReadOrRefused));

    [Fact]
    public void Any_bytes_are_a_certificate_or_an_error_of_one_line()
    {
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        var valid = System.IO.File.ReadAllBytes(files.Certificate).Concat(System.IO.File.ReadAllBytes(files.Key)).ToArray();
        var changed = from at in Gen.Choose(0, valid.Length) from cut in Gen.Choose(0, 70) from piece in Piece select (byte[])[.. valid[..at], .. piece, .. valid[Math.Min(valid.Length, at + cut)..]];

        Check.One(Runs, Prop.ForAll(Arb.From(changed), bytes =>
        {
            System.IO.File.WriteAllBytes(File, bytes);
            return new Action[] { () => Pem.LoadCertificate(File, null), () => Pem.LoadAuthorities(File) }.All(load => Pem.WhyNot(load) is not { } error || (error.Length > 0 && !error.Contains('\n')));
        }));
    }

    [Theory]
    [InlineData("""{"Sidecar":{"Security":{"Addresses":{"Deny":[ITEMS]}}}}""", "\"10.{0}.{1}.0/24\"")]
    [InlineData("""{"Sidecar":{"Routes":[ITEMS]}}""", "{{\"Name\":\"{0}-{1}\",\"Match\":{{\"Path\":\"/{0}/{1}\"}}}}")]
    [InlineData("""{"Sidecar":{"Clusters":{ITEMS}}}""", "\"{0}-{1}\":{{\"Targets\":[\"http://a:1\"]}}")]
    public async Task Twenty_thousand_entries_are_read_while_somebody_waits(string file, string item)
    {
        var items = Enumerable.Range(0, 20_000).Select(i => string.Format(CultureInfo.InvariantCulture, item, i / 256, i % 256));
        await System.IO.File.WriteAllTextAsync(File, file.Replace("ITEMS", string.Join(',', items), StringComparison.Ordinal), Patience.Token());

        await Task.Run(Read, Patience.Token()).WaitAsync(Patience.Token());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Replaces the file in one step: one that is half written is another file.</summary>
    private async Task PutAsync(byte[] content)
    {
        await System.IO.File.WriteAllBytesAsync($"{File}.new", content, Patience.Token());
        System.IO.File.Move($"{File}.new", File, overwrite: true);
    }

    private static string Hex(string text, byte? instead = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (instead is { } one)
            bytes[Array.IndexOf(bytes, (byte)'?')] = one;
        return Convert.ToHexString(bytes);
    }

    private SidecarOptions Read()
    {
        var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(new MountedFile(File, "SIDECAR_CONFIG"));
        return OptionsReader.Read(configuration);
    }

    private bool IsReadOrRefused(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        try
        {
            Read();
            return true;
        }
        catch (ConfigurationException exception)
        {
            return exception.Problems.Count > 0 && exception.Problems.All(static problem => !problem.ToString().Any(char.IsControl));
        }
    }
}
