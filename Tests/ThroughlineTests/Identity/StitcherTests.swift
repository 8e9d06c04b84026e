import Testing
import Throughline

@Suite("stitching")
struct StitcherTests {
    @Test("an anonymous id seen with one user is hers, with two it is nobody's, in whatever order")
    func links() {
        var stitcher = Stitcher()
        #expect(stitcher.user(of: 1) == nil)
        stitcher.link(anonymous: 1, user: 10)
        stitcher.link(anonymous: 1, user: 10)
        #expect(stitcher.user(of: 1) == 10)
        stitcher.link(anonymous: 1, user: 11)
        stitcher.link(anonymous: 1, user: 10)
        #expect(stitcher.user(of: 1) == nil)
        stitcher.link(anonymous: 2, user: 10)
        #expect(stitcher.user(of: 2) == 10)
    }
}
