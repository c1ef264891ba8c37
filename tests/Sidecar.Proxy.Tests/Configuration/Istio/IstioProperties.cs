using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration.Istio;

public sealed class IstioProperties : IDisposable
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1500).WithQuietOnSuccess(true);

    private static readonly string Valid = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Configuration", "Istio", "Fixtures", "reviews.yaml"));

    private static readonly Gen<string> Piece = Gen.Elements(
        ":", " ", "\n", "  ", "- ", "{", "}", "[", "]", ",", "'", "\"", "|", ">", "&a", "*a", "!!str", "---", "...", "%", "?", "\t", "\0", "é", "# x", "null", "~", "<<: ",
        "host", "spec", "http", "route", "match", "uri", "exact: /x", "regex: (", "weight: 1e9", "timeout: 5s", "retries: {}", "fault: {abort: {}}", "apiVersion: networking.istio.io/v1", "kind: VirtualService");

    private readonly IstioConfiguration _istio = new();

    public void Dispose() => _istio.Dispose();

    [Fact]
    public void Any_text_is_read_or_refused_with_one_line_a_problem() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Piece)), pieces => IsReadOrRefused(string.Concat(pieces))));

    [Fact]
    public void A_document_with_something_put_into_it_is_read_or_refused() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.Choose(0, Valid.Length)), Arb.From(Gen.Choose(0, 30)), Arb.From(Piece), (at, cut, piece) =>
            IsReadOrRefused(string.Concat(Valid.AsSpan(0, at), piece, Valid.AsSpan(Math.Min(Valid.Length, at + cut))))));

    private bool IsReadOrRefused(string yaml)
    {
        try
        {
            _istio.Parse(yaml, "Sidecar:Istio:Hosts:reviews/v1=http://a", "Sidecar:Istio:Hosts:reviews/v2=http://b");
            return true;
        }
        catch (ConfigurationException exception)
        {
            return exception.Problems.Count > 0 && exception.Problems.All(problem => problem.ToString().ReplaceLineEndings(" ") == problem.ToString());
        }
    }
}
