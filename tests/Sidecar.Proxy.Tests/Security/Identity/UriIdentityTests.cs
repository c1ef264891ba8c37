using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Tests.Security.Identity;

public sealed class UriIdentityTests
{
    [Theory]
    [InlineData("CN=system:admin")]
    [InlineData("shop.example/:")]
    [InlineData(":x")]
    public void A_URI_does_not_pass_for_a_subject_or_a_host_name(string uri)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("CN=nobody", change: request => request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Encode(uri), false)));

        CertificateIdentity.TryRead(certificate, out var identity, out _, out _).ShouldBeTrue();

        identity.ShouldBe("CN=nobody");
    }

    [Theory]
    [InlineData("urn:uuid:1")]
    [InlineData("https://shop.example/a")]
    public void A_URI_is_an_identity(string uri)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("CN=nobody", uris: [uri]);

        CertificateIdentity.TryRead(certificate, out var identity, out _, out _).ShouldBeTrue();

        identity.ShouldBe(uri);
    }

    private static byte[] Encode(string uri)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        return writer.Encode();
    }
}
