#include "core/protocols/maker/maker_protocol.hpp"

namespace faultline::maker {
protocol::Sheet MakerProtocol::market_sheet(MarketId, protocol::At) const {
    return {};
}

protocol::Sheet MakerProtocol::account_sheet(MarketId, const Address&, protocol::At) const {
    return {};
}

std::vector<Hash32> MakerProtocol::holder_topics() const {
    return {};
}

std::vector<Address> MakerProtocol::holder_sources(MarketId) const {
    return {};
}

std::vector<protocol::Holder> MakerProtocol::named_holders(const eth::Log&) const {
    return {};
}

std::unique_ptr<protocol::MarketReading> MakerProtocol::read_market(protocol::ReadingOptions) {
    return {};
}
}  // namespace faultline::maker
