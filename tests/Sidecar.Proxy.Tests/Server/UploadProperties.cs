using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

public sealed class UploadProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true);

    private static readonly Gen<string> Body =
        from length in Gen.Frequency((2, Gen.Constant(0)), (2, Gen.Choose(1, 20)), (3, Gen.Choose(1000, 20_000)))
        from characters in Gen.ArrayOf(Gen.Elements("\r\nGET / HTTP1.:".ToCharArray()), length)
        select new string(characters);

    [Fact]
    public async Task However_requests_are_cut_and_sent_ahead_no_byte_of_one_is_taken_for_anothers()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.NonEmptyListOf(Body)), Arb.From(Gen.Choose(1, 9000)), Arb.From(Gen.Elements(true, false)), (bodies, size, ahead) =>
        {
            var passing = PassAsync(sidecar, [.. bodies.Take(6)], size, ahead);
            passing.Wait(Patience.Limit).ShouldBeTrue();
        }));
    }

    private static async Task PassAsync(RunningSidecar sidecar, string[] bodies, int size, bool ahead)
    {
        using var client = await sidecar.ConnectAsync();
        foreach (var batch in ahead ? [bodies] : bodies.Chunk(1))
        {
            foreach (var piece in string.Concat(batch.Select(body => Upload.Post(body.Length, body))).Chunk(size))
                await client.SendAsync(new string(piece));
            foreach (var body in batch)
            {
                var echo = await client.ReadMessageAsync();
                echo.ShouldEndWith($"\r\n\r\n{body}", Case.Sensitive);
                echo.ShouldContain("\r\naCCept: x\r\n", Case.Sensitive);
            }
        }
    }
}
